"""What another agency is granted to read: who asked for it, who granted it, until when."""
