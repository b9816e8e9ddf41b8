import { addNote, note } from '../../support/actions';
import { expect, test } from '../../support/fixtures';

const ZONE = 'Asia/Kathmandu';

test.use({ timezoneId: ZONE });

/** `at` as pages write it, in a time zone. */
function words(at: string, timeZone: string, withTime: boolean): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(new Date(at));
  const part = (type: string) => parts.find(part => part.type === type)?.value ?? '';
  const day = `${part('day')} ${part('month')} ${part('year')}`;
  return withTime ? `${day}, ${part('hour')}:${part('minute')}` : day;
}

test(
  'times are in the time zone of the browser, and in UTC without its WebAssembly',
  { tag: '@no-wasm' },
  async ({ hydrates, page, person, visit }) => {
    await visit('/notes');
    await addNote(page, `of ${person.email}`);
    await expect(note(page, `of ${person.email}`)).toBeVisible();
    for (const path of ['/notes', '/account', '/account/devices', '/account/activity']) {
      await visit(path);
      const times = page.getByRole('main').locator('time');
      await expect(times.first()).toBeVisible();
      for (const time of await times.all()) {
        const at = await time.getAttribute('datetime');
        const withTime = (await time.innerText()).includes(':');
        const utc = `${words(at!, 'UTC', true)} UTC`;
        if (hydrates) {
          await expect(time).toHaveText(words(at!, ZONE, withTime));
          await expect(time).toHaveAttribute('title', utc);
        } else {
          await expect(time).toHaveText(withTime ? utc : words(at!, 'UTC', false));
          expect(await time.getAttribute('title')).toBeNull();
        }
      }
    }
  },
);

test(
  'times of a page that is opened inside the browser are local at once',
  { tag: '@hydrated' },
  async ({ page, person, visit }) => {
    await visit('/');
    await page.getByRole('link', { name: 'Account', exact: true }).first().click();
    const began = new Date(person.user.session.begun_at).toISOString();
    await expect(page.getByText(words(began, ZONE, true), { exact: true })).toBeVisible();
    await expect(page.getByRole('main')).not.toContainText('UTC');
  },
);
