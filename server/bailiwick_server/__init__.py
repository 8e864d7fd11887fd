"""bailiwick_server"""
