"""Views of the whole graph: what each draws, chosen and computed ahead of the page."""
