import { addNote, createAccount, signIn } from '../../support/actions';
import { expectNoSidewaysScrolling } from '../../support/checks';
import { atWidths, expect, test } from '../../support/fixtures';
import { longAddress, signUpOverHttp, stranger } from '../../support/people';

atWidths([320, 1600], () => {
  test('nothing scrolls sideways for a visitor', async ({ page, quiet, hydrates, visit }) => {
    quiet.except(404, ...(hydrates ? [401, 422] : []));
    for (const path of ['/', '/login', '/signup', '/no/such/door', `/${'x'.repeat(300)}`]) {
      await visit(path);
      await expectNoSidewaysScrolling(page);
    }
    await visit('/login');
    await signIn(page, stranger());
    await expect(page.getByRole('alert')).toContainText('not right');
    await expectNoSidewaysScrolling(page);
    await visit('/signup');
    await createAccount(page, { email: 'none', password: 'short' });
    await expect(page.getByLabel('Email', { exact: true })).toHaveAttribute('aria-invalid', 'true');
    await expectNoSidewaysScrolling(page);
  });

  test('nothing scrolls sideways with the longest address', async ({
    page,
    context,
    baseURL,
    visit,
  }) => {
    await signUpOverHttp(context.request, baseURL!, { ...stranger(), email: longAddress() });
    for (const path of ['/', '/account', '/notes']) {
      await visit(path);
      await expectNoSidewaysScrolling(page);
      await expect(page.getByRole('button', { name: 'Sign out' })).toBeInViewport({ ratio: 1 });
    }
    await addNote(page, 'w'.repeat(600));
    await expect(page.getByRole('listitem')).toHaveCount(1);
    await expectNoSidewaysScrolling(page);
    await page.getByRole('link', { name: 'Edit' }).click();
    await expect(page.getByLabel('Edit note', { exact: true })).toBeVisible();
    await expectNoSidewaysScrolling(page);
  });
});
