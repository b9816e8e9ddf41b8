import type { Page } from '@playwright/test';
import {
  emailField,
  expectSignedIn,
  newNote,
  note,
  passwordField,
  signIn,
  signOut,
  writeNote,
} from '../../support/actions';
import { expect, test } from '../../support/fixtures';
import { hold } from '../../support/network';

/** Changes that extensions and translators make to a page. */
const INTRUSIONS: Record<string, () => void> = {
  'an element at the beginning of the body': () => document.body.prepend(document.createElement('aside')),
  'text at the end of the body': () => document.body.append('injected'),
  'an element in the head': () => document.head.prepend(document.createElement('meta')),
  'an element beside the root of the app': () =>
    document.getElementById('app')!.before(document.createElement('com-1password-menu')),
  'an element at the beginning of the app': () =>
    document.getElementById('app')!.prepend(document.createElement('grammarly-extension')),
  'an element in the form': () => document.querySelector('main form')!.prepend(document.createElement('div')),
  'an icon beside each input': () => {
    for (const input of document.querySelectorAll('main input')) input.after(document.createElement('span'));
  },
  'a wrapper round each input': () => {
    for (const input of document.querySelectorAll('main input')) {
      const wrapper = document.createElement('div');
      input.replaceWith(wrapper);
      wrapper.append(input);
    }
  },
  'attributes and classes': () => {
    for (const input of document.querySelectorAll('main input')) {
      input.setAttribute('data-lastpass-icon-root', 'true');
      input.classList.add('filled');
    }
  },
  'merged text': () => document.body.normalize(),
  'a translation': () => {
    const walker = document.createTreeWalker(document.getElementById('app')!, NodeFilter.SHOW_TEXT);
    const texts: Text[] = [];
    while (walker.nextNode()) texts.push(walker.currentNode as Text);
    for (const text of texts) {
      const font = document.createElement('font');
      font.textContent = `${text.data} (übersetzt)`;
      text.replaceWith(font);
    }
  },
  'removed comments': () => {
    const walker = document.createTreeWalker(document.getElementById('app')!, NodeFilter.SHOW_COMMENT);
    const comments: Comment[] = [];
    while (walker.nextNode()) comments.push(walker.currentNode as Comment);
    for (const comment of comments) comment.remove();
  },
};

for (const [name, intrude] of Object.entries(INTRUSIONS)) {
  test(
    `a page hydrates despite ${name}`,
    { tag: '@hydrated' },
    async ({ account, page }) => {
      const release = await hold(page, '/latchkey.wasm');
      await page.goto('/login');
      await emailField(page).fill('typed before');
      await page.evaluate(intrude);
      await release();
      await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
      await expect(emailField(page)).toHaveValue('typed before');
      await signIn(page, account);
      await expect(page).toHaveURL('/account');
      await expectSignedIn(page, account);
    },
  );
}

test(
  'elements that an extension has added stay on the page',
  { tag: '@hydrated' },
  async ({ page }) => {
    const release = await hold(page, '/latchkey.wasm');
    await page.goto('/login');
    await page.evaluate(() => document.getElementById('password')!.after(document.createElement('x-key')));
    await release();
    await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
    await expect(page.locator('#password + x-key')).toHaveCount(1);
  },
);

/** Inserts an element into the first form before any script of the page runs, as an extension may. */
async function insertWhileParsing(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const observer = new MutationObserver(() => {
      const form = document.querySelector('main form');
      if (!form) return;
      observer.disconnect();
      form.prepend(document.createElement('div'));
    });
    observer.observe(document, { childList: true, subtree: true });
  });
}

/** Records the addresses of documents that `page` opens from now on. */
function documentsOf(page: Page): string[] {
  const opened: string[] = [];
  page.on('request', request => {
    const { pathname, searchParams } = new URL(request.url());
    // The check for cookies after a sign-in without JavaScript is a redirect and no document.
    if (request.isNavigationRequest() && request.method() === 'GET' && !searchParams.has('cookies'))
      opened.push(pathname);
  });
  return opened;
}

const alive = (page: Page) => page.locator('html[data-hydrated]');

test(
  'a page that cannot hydrate works without WebAssembly, and the failure is reported',
  { tag: '@hydrated' },
  async ({ account, page, quiet }) => {
    quiet.except('CRASH');
    await insertWhileParsing(page);
    const opened = documentsOf(page);
    const release = await hold(page, '/latchkey.wasm');
    await page.goto('/login');
    await emailField(page).fill(account.email);
    await page.getByLabel('Keep me signed in').check();
    const reported = page.waitForRequest('**/client-failure/hydration');
    await release();
    await reported;
    await expect.poll(() => opened).toEqual(['/login', '/login']);
    await expect(emailField(page)).toHaveValue(account.email);
    await expect(page.getByLabel('Keep me signed in')).toBeChecked();
    await expect(passwordField(page)).toHaveValue('');
    await signIn(page, account);
    await expect(page).toHaveURL('/account');
    await expectSignedIn(page, account);
    await page.getByRole('link', { name: 'Notes', exact: true }).click();
    await expect(page).toHaveURL('/notes');
    await writeNote(page, 'by a plain form');
    await expect(alive(page)).toHaveCount(0);
    // A sign-out clears the storage that keeps the page without WebAssembly.
    await signOut(page);
    await expect(page.getByText('You have signed out.')).toBeVisible();
    expect(opened.filter(path => path === '/login'), 'the sign-in page is opened twice').toHaveLength(2);
  },
);

test(
  'a page that crashes works without WebAssembly, keeps typed text, and the crash is reported',
  { tag: '@hydrated' },
  async ({ page, person, quiet, visit }) => {
    quiet.except('CRASH');
    await visit('/notes');
    await writeNote(page, 'first');
    await newNote(page).fill('half a thought');
    const opened = documentsOf(page);
    const reported = page.waitForRequest('**/client-failure/crash');
    await page.evaluate(() => {
      history.pushState = () => {
        throw new Error('out of memory');
      };
    });
    await page.getByRole('link', { name: 'Edit' }).click();
    await reported;
    await expect(alive(page)).toHaveCount(0);
    await expect(newNote(page)).toHaveValue('half a thought');
    const stored = await page.evaluate(() => Object.values(sessionStorage).join());
    expect(stored, 'no typed text stays in the storage').toMatch(/^\{"until":\d+\}$/);
    await page.getByRole('button', { name: 'Add note' }).click();
    await expect(note(page, 'half a thought')).toBeVisible();
    await page.getByRole('link', { name: 'Account', exact: true }).click();
    await expect(page.getByRole('main').getByText(person.email, { exact: true })).toBeVisible();
    await expect(alive(page)).toHaveCount(0);
    await signOut(page);
    await expect(page.getByText('You have signed out.')).toBeVisible();
    expect(opened.length, `no reload loop: ${opened.join(' ')}`).toBeLessThan(6);
  },
);

test(
  'a WebAssembly trap counts as a crash, an error of an extension does not',
  { tag: '@hydrated' },
  async ({ page, quiet, visit }) => {
    quiet.except('CRASH');
    await visit('/login');
    await page.evaluate(() => {
      dispatchEvent(new ErrorEvent('error', { error: new TypeError('of an extension'), cancelable: true }));
      dispatchEvent(new PromiseRejectionEvent('unhandledrejection', { promise: Promise.resolve(), reason: 1 }));
    });
    await expect(alive(page)).toHaveCount(1);
    await passwordField(page).fill('violet kettle');
    await page.getByRole('button', { name: 'Show password' }).click();
    const left = page.waitForEvent('framenavigated');
    // A console message fails the test.
    await page.addInitScript(() => {
      if (sessionStorage.getItem('plain')?.includes('violet')) console.error('the password was stored');
    });
    const reported = page.waitForRequest('**/client-failure/crash');
    await page.evaluate(() => {
      const error = new WebAssembly.RuntimeError('unreachable');
      dispatchEvent(new ErrorEvent('error', { error, cancelable: true }));
    });
    await reported;
    await left;
    await expect(alive(page)).toHaveCount(0);
    await page.getByRole('link', { name: 'Create account' }).click();
    await expect(page).toHaveURL('/signup');
    await expect(alive(page)).toHaveCount(0);
  },
);

test(
  'after a crash a document stays without WebAssembly for a while, then hydrates again',
  { tag: '@hydrated' },
  async ({ page, visit }) => {
    await page.goto('/login');
    await page.evaluate(() => sessionStorage.setItem('plain', JSON.stringify({ until: Date.now() + 60_000 })));
    const asked: string[] = [];
    page.on('request', request => asked.push(new URL(request.url()).pathname));
    await page.goto('/login');
    expect(asked, 'a plain document loads no WebAssembly').not.toContain('/pkg/latchkey.wasm');
    await page.evaluate(() => sessionStorage.setItem('plain', JSON.stringify({ until: Date.now() - 1 })));
    await visit('/login');
    expect(await page.evaluate(() => sessionStorage.length), 'the mark is removed').toBe(0);
  },
);

test(
  'after a crash without storage the page works and does not reload',
  { tag: '@hydrated' },
  async ({ account, page, quiet, visit }) => {
    quiet.except('CRASH');
    await page.addInitScript(() => {
      Object.defineProperty(globalThis, 'sessionStorage', {
        get: () => {
          throw new DOMException('forbidden', 'SecurityError');
        },
      });
    });
    await visit('/login');
    const opened = documentsOf(page);
    const reported = page.waitForRequest('**/client-failure/crash');
    await page.evaluate(() => {
      const error = new WebAssembly.RuntimeError('unreachable');
      dispatchEvent(new ErrorEvent('error', { error, cancelable: true }));
    });
    await reported;
    await signIn(page, account);
    await expect(page).toHaveURL('/account');
    await expectSignedIn(page, account);
    expect(opened, 'documents after the crash').toEqual(['/account']);
  },
);

for (const file of ['latchkey.wasm', 'split_way_in.wasm', 'latchkey.js']) {
  test(
    `a page works if ${file} is broken, and the failure is reported`,
    { tag: '@hydrated' },
    async ({ account, page, quiet }) => {
      quiet.except('PART', 'CRASH');
      await page.route(`**/${file}`, route => {
        const contentType = file.endsWith('.js') ? 'text/javascript' : 'application/wasm';
        return route.fulfill({ body: '{ neither', contentType });
      });
      const reported = page.waitForRequest('**/client-failure/load');
      await page.goto('/login');
      await reported;
      await signIn(page, account);
      await expect(page).toHaveURL('/account');
      await expectSignedIn(page, account);
    },
  );
}
