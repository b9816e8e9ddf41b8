import type { Page } from '@playwright/test';
import { addNote, bearersOf, expectSignedIn, note, writeNote } from '../../support/actions';
import { expect, test } from '../../support/fixtures';
import { outlive } from '../../support/people';
import { SHORT_LIVED } from '../../support/servers';

test.use({ baseURL: SHORT_LIVED });

test('five tabs refresh at once and all stay signed in', async ({ context, page, person, hydrates, visit }) => {
  const tabs: Page[] = [page];
  while (tabs.length < 5) tabs.push(await context.newPage());
  const bearers = tabs.map(bearersOf);
  await Promise.all(tabs.map(tab => visit('/notes', tab)));

  for (const round of ['first', 'second']) {
    if (hydrates) await Promise.all(tabs.map((tab, index) => addNote(tab, `${round} ${index}`)));
    for (const [index, tab] of tabs.entries()) {
      // A form without JavaScript rotates the cookie itself. Of several forms sent at once, one could arrive two
      // generations late and end the session as a stolen cookie would. No person is that quick.
      if (!hydrates) await writeNote(tab, `${round} ${index}`);
      await expect(note(tab, `${round} ${index}`)).toBeVisible();
      await expectSignedIn(tab, person);
    }
    if (hydrates) await Promise.all(bearers.map(sent => outlive(sent.at(-1)!)));
  }

  await Promise.all(tabs.map(tab => visit('/notes', tab)));
  for (const tab of tabs) {
    await expectSignedIn(tab, person);
    await expect(tab.getByRole('listitem')).toHaveCount(10);
  }
});
