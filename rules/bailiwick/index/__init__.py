"""What do other modules offer? Read from their text, on demand, never by importing them."""
