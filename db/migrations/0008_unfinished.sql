-- What jobs have left to do, found without reading all that is done: their safety net looks for it every few seconds.

-- Telling a parent, at the end of each of its children: however many of them run, and however many instances there are. All but empty.
create index instance_untold on instance (parent_id, id)
  where parent_id is not null and not parent_told and status in ('succeeded', 'failed', 'cancelled');
-- Bulk moves that go on.
create index bulk_running on bulk (id) where status = 'running';

-- What the code takes for granted.
alter table instance
  add constraint blocked_if_exclusive check (not blocked or exclusive);
alter table task
  add constraint polled_if_submitted check (poll_at is null or remote is not null);
alter table segment_queue
  add constraint chunk_of_a_line check (first >= 0 and jsonb_array_length(segments) between 1 and 100);
alter table bulk
  add constraint failed_are_done check (failed between 0 and done);
