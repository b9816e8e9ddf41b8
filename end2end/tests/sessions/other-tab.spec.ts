import {
  expectSignedIn,
  expectSignedOut,
  newNote,
  note,
  signIn,
  signOut,
  writeNote,
} from '../../support/actions';
import { expect, test } from '../../support/fixtures';
import { post, signInOverHttp } from '../../support/people';

test(
  'signing out signs another tab out',
  { tag: '@hydrated' },
  async ({ context, page, person, quiet, visit }) => {
    quiet.except(401);
    const other = await context.newPage();
    await visit('/account');
    await visit('/notes', other);
    await expectSignedIn(other, person);
    await signOut(page);
    await expectSignedOut(page);
    await expectSignedOut(other);
    await expect(other).toHaveURL('/login?next=/notes');
  },
);

test('signing in signs another tab in', { tag: '@hydrated' }, async ({ context, page, account, visit }) => {
  const other = await context.newPage();
  await visit('/login');
  await visit('/', other);
  await expectSignedOut(other);
  await signIn(page, account);
  await expectSignedIn(page, account);
  await expectSignedIn(other, account);
});

test(
  'a sign-in of another person changes another tab',
  { tag: '@hydrated' },
  async ({ context, page, person, account, quiet, visit }) => {
    quiet.except(401);
    const other = await context.newPage();
    await visit('/notes');
    await newNote(page).fill('a secret half typed');
    await visit('/account', other);
    await signOut(other);
    await expectSignedOut(other);
    await visit('/login', other);
    await signIn(other, account);
    await expectSignedIn(other, account);

    await expectSignedIn(page, account);
    await expect(page.getByText(person.email)).toHaveCount(0);
    await visit('/notes');
    await expect(newNote(page)).toHaveValue('');
  },
);

test('a page continues in another session of the same person', async ({
  context,
  page,
  person,
  quiet,
  baseURL,
  visit,
}) => {
  quiet.exceptFetches(401);
  await visit('/notes');
  await writeNote(page, 'before');
  await newNote(page).fill('half a thought');
  // Over HTTP, so that no other tab notifies this one.
  await signInOverHttp(context.request, baseURL!, person);
  await page.getByRole('button', { name: 'Add note' }).click();
  await expect(note(page, 'half a thought')).toBeVisible();
  await expect(page.getByRole('listitem')).toHaveCount(2);
  await expectSignedIn(page, person);
});

for (const before of ['has an access token', 'has none yet']) {
  test(`a page of one person that ${before} writes nothing for another`, async ({
    context,
    page,
    person,
    account,
    quiet,
    hydrates,
    baseURL,
    visit,
  }) => {
    quiet.exceptFetches(409, 401);
    const statuses: number[] = [];
    page.on('response', response => statuses.push(response.status()));
    await visit('/notes');
    if (before === 'has an access token') {
      await writeNote(page, 'by the first');
    }
    await newNote(page).fill('not for the second');
    // Over HTTP, so that no other tab notifies this one.
    await signInOverHttp(context.request, baseURL!, account);
    await page.getByRole('button', { name: 'Add note' }).click();

    await expectSignedIn(page, account);
    if (hydrates) expect(statuses, 'the write is refused').toContain(409);
    await expect(page).toHaveURL(/\/notes/);
    await expect(page.getByText('No notes yet')).toBeVisible();
    await expect(newNote(page)).toHaveValue('');
    await expect(page.getByText(person.email)).toHaveCount(0);
    await visit('/notes');
    await expect(page.getByRole('listitem')).toHaveCount(0);

    const first = await signInOverHttp(context.request, baseURL!, person);
    const bearer = { Authorization: `Bearer ${first.access_token}` };
    const notes = await post(context.request, baseURL!, '/api/notes/list', {}, bearer);
    const written = (await notes.json()).map(({ body }: { body: string }) => body);
    expect(written, 'notes of the first person').toEqual(before === 'has an access token' ? ['by the first'] : []);
  });
}

test('signing out on a page of one person does not sign another out', async ({
  context,
  page,
  person,
  account,
  quiet,
  baseURL,
  visit,
}) => {
  quiet.exceptFetches(409, 401);
  await visit('/account');
  await expectSignedIn(page, person);
  await signInOverHttp(context.request, baseURL!, account);
  await signOut(page);
  await expectSignedIn(page, account);
  await visit('/account');
  await expectSignedIn(page, account);
});
