mod add_library_entry;
mod record_suggestion;
