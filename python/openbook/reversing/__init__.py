"""Reverse stress testing: what would break us, in three depths.

The algorithms know nothing of books: they work on any function g of points, at most zero where a condition holds.
"""
