"""What a tree's references and its policy say to those who split, review and own it: reports."""
