"""The Model Context Protocol: a library for assistants. The only package that knows ``mcp``."""
