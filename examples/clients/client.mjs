// The life of an API client in JavaScript (Node.js 18 or later, Deno, Bun): sign up, use the access token, renew it, lose
// an answer, be refused a used token, sign in again, sign out.
//
//   node client.mjs http://127.0.0.1:3000 ada@example.com 'a long password of your own'
//
// Start the server with short lives to see each step soon: ACCESS_TOKEN_TTL=5s REFRESH_GRACE=5s.
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';

/** An answer that is a problem document (RFC 9457). */
class Problem extends Error {
  constructor(status, document) {
    super(`${status} ${document.error}: ${document.detail}`);
    Object.assign(this, { status, error: document.error });
  }
}

/** A signed-in program. It keeps the two tokens of its session and renews them when it has to. */
class Client {
  accessToken;
  refreshToken;

  constructor(origin) {
    this.api = `${origin}/api/v1`;
  }

  /** Sends one request. Returns the JSON of the answer, or throws a Problem. */
  async send(method, path, { body, token } = {}) {
    const headers = { 'User-Agent': 'latchkey-example' };
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    if (token !== undefined) headers.Authorization = `Bearer ${token}`;
    const answer = await fetch(this.api + path, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    const json = text === '' ? null : JSON.parse(text);
    if (!answer.ok) throw new Problem(answer.status, json ?? {});
    return json;
  }

  keep(tokens) {
    [this.accessToken, this.refreshToken] = [tokens.access_token, tokens.refresh_token];
    return tokens;
  }

  async signUp(email, password) {
    return this.keep(await this.send('POST', '/signup', { body: { email, password } }));
  }

  async signIn(email, password) {
    return this.keep(await this.send('POST', '/login', { body: { email, password } }));
  }

  async renew() {
    return this.keep(await this.send('POST', '/renew', { body: { refresh_token: this.refreshToken } }));
  }

  async signOut() {
    await this.send('POST', '/logout', { token: this.accessToken });
  }

  /** Sends a request of the session. Renews the tokens once if the access token has expired. */
  async request(method, path, body) {
    try {
      return await this.send(method, path, { body, token: this.accessToken });
    } catch (problem) {
      if (problem.error !== 'unauthenticated') throw problem;
    }
    await this.renew();
    return this.send(method, path, { body, token: this.accessToken });
  }
}

/** Repeats an attempt until it is answered 401. */
async function untilRefused(attempt) {
  for (;;) {
    try {
      await attempt();
    } catch (problem) {
      if (problem.status === 401) return problem;
      throw problem;
    }
    await wait(200);
  }
}

const [origin, email, password] = process.argv.slice(2);
const client = new Client(origin);
const showMe = () => client.send('GET', '/me', { token: client.accessToken });

console.log('signed up, session', (await client.signUp(email, password)).session_id);
console.log('the access token says who we are:', (await client.request('GET', '/me')).email);
console.log('the access token has expired:', (await untilRefused(showMe)).error);

const used = client.refreshToken;
const renewWithUsed = () => client.send('POST', '/renew', { body: { refresh_token: used } });
await renewWithUsed();
console.log('renewed, but suppose that this answer was lost');
await client.request('GET', '/me');
assert.notEqual(client.refreshToken, used);
console.log('the same request again, and the session goes on');

// A thief who copied the used token comes too late, and the session ends for both.
await untilRefused(renewWithUsed);
assert.equal((await untilRefused(() => client.renew())).error, 'unauthenticated');
console.log('a used token came back, so the session has ended');

await client.signIn(email, password);
await client.signOut();
await untilRefused(showMe);
console.log('signed in again and signed out');
