"""The pages about tickets."""
