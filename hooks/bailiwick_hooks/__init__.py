"""bailiwick_hooks"""
