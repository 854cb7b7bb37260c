-- Who waits for a person, or for an event from outside: the filter of the list, newest first, and a badge for each instance on a page.
-- Empty but for open signal nodes; a task's work never changes, so that no other task pays for it.
create index task_asked on task (project_id, instance_id) where work = '#signal';
