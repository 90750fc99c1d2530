"""Request files that come with the product."""
