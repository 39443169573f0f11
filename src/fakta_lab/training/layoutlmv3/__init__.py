"""LayoutLMv3: labels the words of a page from their text and their place."""
