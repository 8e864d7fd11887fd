"""bailiwick"""
