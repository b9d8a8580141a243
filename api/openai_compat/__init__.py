"""How chat clients of the OpenAI protocol ask."""
