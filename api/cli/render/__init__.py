"""What people see: values in, rich renderables out. Nothing here prints."""
