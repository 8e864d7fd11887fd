import back
