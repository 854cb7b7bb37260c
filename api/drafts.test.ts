/** Drafts, their ETags, publishing, and what becomes of versions. */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { expectProblem, testApi, type Answer } from '#test/api.ts';

let api: Awaited<ReturnType<typeof testApi>>;
let key: string;
let made = 0;

beforeAll(async () => {
  api = await testApi();
  await api.put('/works/a', {});
  await api.put('/works/b', {});
});

beforeEach(async () => {
  made += 1;
  key = `flow-${made}`;
  await api.post('/workflows', { key });
});

const definition = (work: string) => ({
  schemaVersion: 1,
  nodes: [{ key: work, type: 'task', work }],
  edges: [],
});
const save = (work: string, headers: Record<string, string>): Promise<Answer> =>
  api.put(`/workflows/${key}/draft`, { definition: definition(work) }, { headers });
const begin = () => save('a', { 'if-none-match': '*' });
const publish = (headers: Record<string, string> = {}, body = {}) =>
  api.post(`/workflows/${key}/publish`, body, { headers });
const statuses = (answers: readonly Answer[]) =>
  answers.map(({ status }) => status).toSorted((one, other) => one - other);
const workflow = async () => (await api.get(`/workflows/${key}`)).body;

test('a script that is none keeps a draft from being published, and is told where', async () => {
  const node = { key: 'a', type: 'script', script: 'const b = input.b\nretrun b' };
  const wrong = { schemaVersion: 1, nodes: [node], edges: [] };
  await api.put(
    `/workflows/${key}/draft`,
    { definition: wrong },
    { headers: { 'if-none-match': '*' } },
  );
  const problem = {
    code: 'script_syntax',
    severity: 'error',
    node: 'a',
    pointer: '/nodes/0/script',
    params: { line: 2 },
  };

  const { body } = await api.post(`/workflows/${key}/draft/validate`, {});
  expect(body.problems).toMatchObject([problem]);
  expectProblem(await publish(), 422, 'invalid_definition', {
    problems: [expect.objectContaining({ code: 'script_syntax' })],
  });
});

describe('a draft', () => {
  test('is begun once, and saved by whoever names the ETag of the last save', async () => {
    const first = await begin();
    const etag = first.headers.get('etag') ?? '';
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({ etag, basedOn: null, definition: definition('a') });

    const second = await save('b', { 'if-match': etag });
    expect(second.status).toBe(200);
    expect(second.headers.get('etag')).not.toBe(etag);
    expect((await api.get(`/workflows/${key}/draft`)).body).toEqual(second.body);
  });

  test('is not saved over: the second of two people is told who saved when', async () => {
    const { headers } = await begin();
    const ifMatch = { 'if-match': headers.get('etag') ?? '' };
    const theirs = await save('b', ifMatch);

    expectProblem(await save('a', ifMatch), 412, 'etag_mismatch', {
      currentEtag: theirs.body.etag,
      updatedBy: theirs.body.updatedBy,
      updatedAt: theirs.body.updatedAt,
    });
    expectProblem(await begin(), 412, 'etag_mismatch');
    expectProblem(await save('a', {}), 428, 'etag_required');
    expectProblem(await save('a', { 'if-match': '"nonsense"' }), 412, 'etag_mismatch');
    expect((await api.get(`/workflows/${key}/draft`)).body.definition).toEqual(definition('b'));
  });

  test('saved by two at once is saved by one of them', async () => {
    const { headers } = await begin();
    const ifMatch = { 'if-match': headers.get('etag') ?? '' };
    const answers = await Promise.all([save('a', ifMatch), save('b', ifMatch), save('b', ifMatch)]);

    expect(statuses(answers)).toEqual([200, 412, 412]);
  });

  test('begun anew after it was discarded is another one: an old tab cannot save over it', async () => {
    const old = (await begin()).headers.get('etag') ?? '';
    expectProblem(
      await api.delete(`/workflows/${key}/draft`, { headers: { 'if-match': '"d1-7"' } }),
      412,
      'etag_mismatch',
    );
    expect((await api.delete(`/workflows/${key}/draft`)).status).toBe(204);
    expectProblem(await api.get(`/workflows/${key}/draft`), 404, 'not_found');
    expectProblem(await save('a', { 'if-match': old }), 412, 'etag_mismatch', {
      currentEtag: null,
    });

    await begin();
    expectProblem(await save('b', { 'if-match': old }), 412, 'etag_mismatch');
  });

  test('begins from the published version, by the ETag that stands for it', async () => {
    await begin();
    await publish();
    const seen = await api.get(`/workflows/${key}/draft`);
    expect(seen.body).toMatchObject({ etag: '"v1"', basedOn: 1, definition: definition('a') });
    expect((await workflow()).hasDraft).toBe(false);

    const begun = await save('b', { 'if-match': '"v1"' });
    expect(begun.status).toBe(201);
    expect(begun.body.basedOn).toBe(1);
    expectProblem(await save('a', { 'if-match': '"v1"' }), 412, 'etag_mismatch');
  });

  test('may be anything that has nodes and edges, and is kept as it is', async () => {
    const odd = { nodes: [{ key: 'a b', type: 'dance', colour: 'red' }], edges: [], notes: null };
    await api.put(
      `/workflows/${key}/draft`,
      { definition: odd },
      { headers: { 'if-none-match': '*' } },
    );

    expect((await api.get(`/workflows/${key}/draft`)).body.definition).toEqual(odd);
    const { problems } = (await api.post(`/workflows/${key}/draft/validate`)).body;
    expect(problems.length).toBeGreaterThan(0);
    expect(
      (await api.post(`/workflows/${key}/draft/validate`, { definition: definition('a') })).body,
    ).toEqual({ problems: [] });
  });

  test('of a workflow that is not there is not found', async () => {
    expectProblem(await api.get('/workflows/nowhere/draft'), 404, 'not_found');
    expectProblem(await api.post('/workflows/nowhere/publish'), 404, 'not_found');
    expectProblem(
      await api.put(
        '/workflows/nowhere/draft',
        { definition: definition('a') },
        { headers: { 'if-none-match': '*' } },
      ),
      404,
      'not_found',
    );
  });
});

describe('publishing', () => {
  test('makes the draft the next version, which new instances run', async () => {
    await begin();
    const published = await publish({}, { summary: 'first' });

    expect(published.status).toBe(201);
    expect(published.body).toMatchObject({
      version: 1,
      status: 'published',
      summary: 'first',
      definition: definition('a'),
      instances: 0,
    });
    expect(await workflow()).toMatchObject({ publishedVersion: 1, hasDraft: false });
    expect((await api.get(`/workflows/${key}/versions/1`)).body).toEqual(published.body);
    expectProblem(await publish(), 409, 'conflict');
  });

  test('names the draft that it saw, if it wants to be sure', async () => {
    const seen = (await begin()).headers.get('etag') ?? '';
    const now = (await save('b', { 'if-match': seen })).headers.get('etag') ?? '';

    expectProblem(await publish({ 'if-match': seen }), 412, 'etag_mismatch');
    expect((await publish({ 'if-match': now })).status).toBe(201);
  });

  test('by two at once is won by one', async () => {
    await begin();
    const other = await testApi({ url: api.url });
    const answers = await Promise.all([
      publish(),
      other.post(`/workflows/${key}/publish`, {}),
      publish(),
    ]);

    expect(statuses(answers)).toEqual([201, 409, 409]);
    expect((await api.get(`/workflows/${key}/versions`)).body.data).toHaveLength(1);
  });

  test('what is not valid changes nothing', async () => {
    await save('nowhere', { 'if-none-match': '*' });

    expectProblem(await publish(), 422, 'invalid_definition');
    expect(await workflow()).toMatchObject({ publishedVersion: null, hasDraft: true });
  });
});

describe('a version', () => {
  beforeEach(async () => {
    await begin();
    await publish();
    await save('b', { 'if-match': '"v1"' });
    await publish();
  });

  test('is listed the newest first, page by page', async () => {
    const path = `/workflows/${key}/versions?limit=1`;
    const first = (await api.get(path)).body;
    const second = (await api.get(`${path}&cursor=${first.nextCursor}`)).body;

    expect(first.data).toMatchObject([{ version: 2, status: 'published' }]);
    expect(second).toMatchObject({ data: [{ version: 1 }], nextCursor: null });
    expect(first.data[0]).not.toHaveProperty('definition');
  });

  test('that is retired starts nothing more; retiring the newest goes back to the one before', async () => {
    const retire = (version: number | string) =>
      api.post(`/workflows/${key}/versions/${version}/retire`);

    expect((await retire(2)).body).toMatchObject({ version: 2, status: 'retired' });
    expect(await workflow()).toMatchObject({ publishedVersion: 1 });
    expectProblem(await retire(2), 409, 'conflict');
    expectProblem(await retire(3), 404, 'not_found');
    expectProblem(await retire('newest'), 404, 'not_found');

    await retire(1);
    expect(await workflow()).toMatchObject({ publishedVersion: null });
    expectProblem(
      await api.post(`/workflows/${key}/instances`, { objectId: 'o' }),
      409,
      'no_published_version',
    );
  });

  test('becomes the draft again, over another draft only by its ETag', async () => {
    const restore = (headers: Record<string, string> = {}) =>
      api.post(`/workflows/${key}/versions/1/restore`, {}, { headers });
    const restored = await restore();

    expect(restored.body).toMatchObject({ basedOn: 1, definition: definition('a') });
    expectProblem(await restore(), 428, 'etag_required');
    expectProblem(await restore({ 'if-match': '"d1-1"' }), 412, 'etag_mismatch');
    expect((await restore({ 'if-match': restored.body.etag })).status).toBe(200);
  });

  test('counts the instances still on it', async () => {
    await api.post(`/workflows/${key}/instances`, { objectId: 'o', version: 1 });
    const { data } = (await api.get(`/workflows/${key}/versions`)).body;

    expect(data).toMatchObject([
      { version: 2, instances: 0 },
      { version: 1, instances: 1 },
    ]);
  });
});
