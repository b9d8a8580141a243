"""What is made of a question: other forms of it to search with, or a better one."""
