// The page is a client of the API, as whoever the browser is signed in as.

const notice = text => { document.getElementById('notice').textContent = text; };

async function call(path, options = {}) {
  const response = await fetch(path, {...options, headers: {Accept: 'application/json', ...options.headers}});
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({error_description: `The service answered ${response.status}.`}));
  throw Object.assign(new Error(problem.error_description), {status: response.status, error: problem.error});
}

// A one-time link carries its code behind the #, which browsers send to nobody; it is taken out of the address at once.
async function signIn() {
  const code = new URLSearchParams(location.hash.slice(1)).get('sign-in');
  if (!code) return;
  history.replaceState(null, '', location.pathname);
  await call('/api/local/sign-in', {
    method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({code}),
  });
}

function fromTemplate(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

// The popup is opened at the click itself, or the browser would block it.
function openFlow(parameters) {
  const address = '/api/apps/authorize?' + new URLSearchParams(parameters);
  const popup = window.open(address, '_blank', 'popup,width=520,height=720');
  if (!popup) location.assign(address + '&' + new URLSearchParams({returnTo: location.origin + '/'}));
}

function providerCard(provider) {
  const card = fromTemplate('provider');
  card.dataset.provider = provider.provider;
  card.querySelector('h3').textContent = provider.displayName;
  card.querySelector('.description').textContent = provider.description;
  const picker = card.querySelector('.picker');
  if (provider.scopePicker) {
    for (const [scope, label] of Object.entries(provider.scopeLabels)) {
      const required = provider.requiredScopes.includes(scope);
      const input = Object.assign(document.createElement('input'), {
        type: 'checkbox', value: scope, checked: required, disabled: required,
      });
      const line = document.createElement('label');
      line.append(input, ' ', label, required ? ' (always)' : '');
      picker.querySelector('.choices').append(line);
    }
  } else {
    picker.remove();
  }
  const button = card.querySelector('.connect');
  button.setAttribute('aria-label', `Connect ${provider.displayName}`);
  button.addEventListener('click', () => {
    // Who did not look gets the provider's defaults.
    const chosen = picker.open ? [...card.querySelectorAll('input:checked')].map(input => input.value) : [];
    openFlow({provider: provider.provider, ...(chosen.length > 0 && {scopes: chosen.join(' ')})});
  });
  return card;
}

function unreadyLine(provider) {
  const line = fromTemplate('unready-provider');
  const variable = `GRANTKEEPER_${provider.provider.toUpperCase().replaceAll('-', '_')}_CLIENT`;
  line.querySelector('strong').textContent = provider.displayName;
  line.querySelector('.description').textContent = provider.description;
  // Long names may break after their underscores.
  line.querySelector('.setup').textContent = `Needs ${variable}_ID and ${variable}_SECRET.`.replaceAll('_', '_\u200b');
  return line;
}

function connectionCard(connection, providers) {
  const provider = providers.get(connection.provider);
  const name = provider?.displayName ?? connection.provider;
  const card = fromTemplate('connection');
  card.dataset.connection = connection.id;
  card.classList.toggle('dead', connection.status === 'error');
  card.querySelector('h3').textContent = name;
  card.querySelector('.account').textContent = connection.providerAccountName ?? connection.providerSubject;
  card.querySelector('.scopes').textContent
    = connection.scopes.map(scope => provider?.scopeLabels[scope] ?? scope).join(' · ');
  card.querySelector('.status').textContent = connection.status === 'active'
    ? `Connected ${new Date(connection.createdAt).toLocaleString()}`
    : `Ended at the provider (${connection.error.code}): reconnect it`;
  const reconnect = card.querySelector('.reconnect');
  reconnect.setAttribute('aria-label', `Reconnect ${name}`);
  reconnect.addEventListener('click', () => openFlow({connectionId: connection.id}));
  const disconnect = card.querySelector('.disconnect');
  disconnect.setAttribute('aria-label', `Disconnect ${name}`);
  disconnect.addEventListener('click', async () => {
    if (!confirm(`Disconnect ${name}? Agents lose access at once.`)) return;
    disconnect.disabled = true;
    try {
      const response = await call(`/api/apps/${connection.id}`, {method: 'DELETE'});
      notice({
        done: `${name} is disconnected, here and at the provider.`,
        pending: `${name} is disconnected here; the provider is being told.`,
        unsupported: `${name} is disconnected here; it has no way to be told, so remove the access there as well.`,
      }[response.headers.get('Grantkeeper-Revocation')]);
    } catch (problem) {
      notice(problem.message);
    }
    await show();
  });
  return card;
}

async function show() {
  const providers = await (await call('/api/apps/providers')).json();
  const byId = new Map(providers.map(provider => [provider.provider, provider]));
  const connections = (await (await call('/api/apps?limit=200')).json()).items;
  document.getElementById('connections').replaceChildren(...connections.map(each => connectionCard(each, byId)));
  document.getElementById('no-connections').hidden = connections.length > 0;
  showProviders(providers);
}

function showProviders(providers) {
  const ready = providers.filter(each => each.configured);
  const others = providers.filter(each => !each.configured);
  const shown = document.getElementById('providers');
  const state = JSON.stringify(ready.map(each => each.provider));
  // A choice that was begun is not thrown away by a refresh.
  if (shown.dataset.state === state) {
    return;
  }
  shown.dataset.state = state;
  shown.replaceChildren(...ready.map(providerCard));
  const unready = document.getElementById('unready');
  unready.hidden = others.length === 0;
  unready.querySelector('ul').replaceChildren(...others.map(unreadyLine));
  document.getElementById('unready-count').textContent = others.length;
}

async function heard({status}) {
  notice({connected: 'Connected.', denied: 'Not connected.', failed: 'That did not work; see the other window.'}[status] ?? '');
  await show();
}

new BroadcastChannel('grantkeeper').addEventListener('message', event => heard(event.data));
// Where the popup could not tell, coming back to this page is the sign to look again.
addEventListener('focus', () => show().catch(() => {}));

try {
  await signIn();
  await show();
} catch (problem) {
  notice(problem.status === 401
    ? 'You are not signed in here. Open the link that Grantkeeper printed when it started, or sign in at your dashboard.'
    : problem.message);
}
