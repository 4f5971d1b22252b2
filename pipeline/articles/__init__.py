"""Articles: from a page or a feed entry to plain text and dateline."""
