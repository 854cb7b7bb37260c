'use client';

import { useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Page, VersionSummary, Workflow } from '#api/types.ts';
import type { Known } from '#engine/validate.ts';
import { textOf } from '../../canvas/read.ts';
import { versionsQuery, workflowsQuery } from '../../workflow/queries.ts';
import type { Document } from '../model/document.ts';

/**
 * The workflows that nodes may run as children, as far as the page can know them: whether a workflow runs this one in turn, over others,
 * is said when it is published. Undefined: not read yet, or more than one page of them.
 */
export function useKnownWorkflows(own: string, document: Document): Known['workflows'] {
  const { data: page } = useQuery(workflowsQuery());
  const named = useMemo(() => namedVersions(document), [document]);
  const asked = useMemo(
    () => page?.data.map(({ key }) => key).filter((key) => named.has(key)) ?? [],
    [page, named],
  );
  const versions = useQueries({
    queries: asked.map((key) => versionsQuery(key)),
    combine: (results) => results.map(({ data }) => data),
  });

  return useMemo(
    () =>
      page === undefined || page.nextCursor !== null
        ? undefined
        : {
            own,
            byKey: new Map(
              page.data.map((workflow) => [
                workflow.key,
                knownOf(workflow, versions[asked.indexOf(workflow.key)], named.get(workflow.key)),
              ]),
            ),
          },
    [own, page, asked, named, versions],
  );
}

/** The versions that nodes name, by workflow. */
function namedVersions({ nodes }: Document): ReadonlyMap<string, readonly number[]> {
  const versions = new Map<string, number[]>();

  for (const { workflow: key, version } of nodes) {
    const workflow = textOf(key);
    if (workflow !== undefined && typeof version === 'number') {
      versions.set(workflow, [...(versions.get(workflow) ?? []), version]);
    }
  }

  return versions;
}

/** While they are not all known, a version that is named may be there. */
function knownOf(
  { publishedVersion }: Workflow,
  page: Page<VersionSummary> | undefined,
  named: readonly number[] | undefined,
) {
  const versions =
    page?.nextCursor === null
      ? page.data.flatMap(({ version, status }) => (status === 'published' ? [version] : []))
      : named;

  return { versions: new Set(versions), publishedVersion, runs: [] };
}
