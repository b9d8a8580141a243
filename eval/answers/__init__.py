"""How good are answers? Their words, what they cite, when they refuse; asked or recorded."""
