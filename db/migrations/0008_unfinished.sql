-- What jobs have left to do, found without reading all that is done: their safety net looks for it every few seconds.

-- Telling a parent, at the end of each of its children: however many of them run, and however many instances there are. All but empty.
create index instance_untold on instance (parent_id, id)
  where parent_id is not null and not parent_told and status in ('succeeded', 'failed', 'cancelled');
-- Bulk moves that go on.
create index bulk_running on bulk (id) where status = 'running';
