"""Reading customers' mail: bytes into words and files, what is a machine's, what it seems to be about. No act is done here."""
