"""LayoutLMv3: labels the words of a page by their text, their place and, where it may look, the page's picture."""
