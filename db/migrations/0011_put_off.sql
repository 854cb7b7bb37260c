-- Until when admission passes a queued instance over that it could not begin, since its state cannot be read or its turn cannot be written.
alter table instance add column put_off_until timestamptz;
