"""A thin, typed client library for Amazon SWF over an injected boto3 client."""
