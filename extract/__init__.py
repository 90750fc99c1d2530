"""Pages to a unit report: repair, letterhead, sections, figures, gaps."""
