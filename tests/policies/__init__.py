"""The support policies of other providers, and what is judged by them."""
