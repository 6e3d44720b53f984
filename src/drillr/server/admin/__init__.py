"""The admin page: content, people, jobs and reports, for who signs in as an admin."""
