'use strict';
// Filters and sorts the findings. What is chosen stands behind # in the address, so that a view can be linked to.
// Rows are the page's own, taken out of the table and put back as they are looked at: a table of 20,000 rows is slow to lay out.
(() => {
  const table = document.getElementById('findings');
  if (!table) return;
  const body = table.tBodies[0];
  const all = Array.from(body.rows);
  const form = document.getElementById('filter');
  const search = document.getElementById('q');
  const shown = document.getElementById('shown');
  const more = document.getElementById('more');
  const heads = Array.from(table.tHead.rows[0].cells);
  const page = 250;
  const ranks = { critical: 0, high: 2, medium: 3, low: 4, informational: 5 };
  const rank = (word) => ranks[word] ?? 1;
  const decisions = ['counts', 'ignored', 'grace', 'not-fixable', 'baseline', 'below'];
  const fixes = { yes: 'fixable', no: 'no fix', unknown: 'fix unknown' };
  const collator = new Intl.Collator('en', { numeric: true });
  const texts = [];
  const keys = {};
  let matching = all;
  let drawn = 0;

  const state = { q: '', sort: '', order: '', severity: new Set(), decision: new Set(), fix: new Set() };

  function read() {
    const given = new URLSearchParams(location.hash.slice(1));
    state.q = given.get('q') ?? '';
    state.sort = heads.some((head) => head.dataset.sort === given.get('sort')) ? given.get('sort') : '';
    state.order = given.get('order') === 'descending' ? 'descending' : 'ascending';
    for (const name of ['severity', 'decision', 'fix']) {
      state[name] = new Set((given.get(name) ?? '').split(',').filter(Boolean));
    }
  }

  function write() {
    const out = new URLSearchParams();
    if (state.q) out.set('q', state.q);
    for (const name of ['severity', 'decision', 'fix']) {
      if (state[name].size) out.set(name, [...state[name]].join(','));
    }
    if (state.sort) {
      out.set('sort', state.sort);
      if (state.order === 'descending') out.set('order', state.order);
    }
    history.replaceState(null, '', '#' + out);
  }

  const text = (i) => texts[i] ??= all[i].textContent.toLowerCase();

  function key(column) {
    if (keys[column]) return keys[column];
    const cell = heads.findIndex((head) => head.dataset.sort === column);
    return keys[column] = all.map((row) => {
      switch (column) {
        case 'severity': return rank(row.dataset.severity) * 100 - (row.dataset.score || 0);
        case 'decision': return decisions.indexOf(row.dataset.decision);
        default: return row.cells[cell].firstChild?.textContent ?? '';
      }
    });
  }

  function choose() {
    const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = ['severity', 'decision', 'fix'].filter((name) => state[name].size);
    let found = [];
    all.forEach((row, i) => {
      if (chosen.every((name) => state[name].has(row.dataset[name])) && words.every((word) => text(i).includes(word))) found.push(i);
    });
    if (state.sort) {
      const by = key(state.sort);
      const sign = state.order === 'descending' ? -1 : 1;
      const compare = typeof by[0] === 'number' ? (a, b) => a - b : collator.compare;
      found.sort((a, b) => (by[a] === '') - (by[b] === '') || sign * compare(by[a], by[b]) || a - b);
    }
    matching = found.map((i) => all[i]);
  }

  function draw(upTo) {
    body.append(...matching.slice(drawn, upTo));
    drawn = Math.min(upTo, matching.length);
    more.hidden = drawn === matching.length;
  }

  function update() {
    choose();
    body.replaceChildren();
    drawn = 0;
    draw(page);
    shown.value = matching.length === all.length ? `${all.length} findings` : `${matching.length} of ${all.length} findings`;
    if (search.value !== state.q) search.value = state.q;
    for (const chip of form.querySelectorAll('[aria-pressed]')) {
      chip.setAttribute('aria-pressed', state[chip.dataset.name].has(chip.value));
    }
    for (const head of heads) {
      head.setAttribute('aria-sort', head.dataset.sort === state.sort ? state.order : 'none');
    }
    form.querySelector('[type=reset]').hidden = matching.length === all.length;
  }

  function change() {
    write();
    update();
  }

  function chips(name, order, label) {
    const counts = new Map();
    for (const row of all) counts.set(row.dataset[name], (counts.get(row.dataset[name]) ?? 0) + 1);
    if (counts.size < 2) return;
    const group = form.querySelector(`[data-filter=${name}]`);
    for (const value of [...counts.keys()].sort((a, b) => order(a) - order(b))) {
      const chip = document.createElement('button');
      const count = document.createElement('small');
      count.textContent = counts.get(value);
      chip.type = 'button';
      chip.value = value;
      chip.dataset.name = name;
      chip.setAttribute('aria-pressed', 'false');
      chip.append(label(value), count);
      chip.addEventListener('click', () => {
        if (!state[name].delete(value)) state[name].add(value);
        change();
      });
      group.append(chip);
    }
  }

  for (const head of heads) {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const name = head.dataset.sort;
      if (state.sort !== name) [state.sort, state.order] = [name, 'ascending'];
      else if (state.order === 'ascending') state.order = 'descending';
      else state.sort = '';
      change();
    });
  }
  chips('severity', rank, (value) => value || 'unknown');
  chips('decision', (value) => decisions.indexOf(value), (value) => value.replace('-', ' '));
  chips('fix', (value) => Object.keys(fixes).indexOf(value), (value) => fixes[value] ?? value);
  let typing = 0;
  search.addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(() => {
      state.q = search.value;
      change();
    }, 80);
  });
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('reset', () => {
    Object.assign(state, { q: '', severity: new Set(), decision: new Set(), fix: new Set() });
    search.value = '';
    change();
  });
  more.querySelector('button').addEventListener('click', () => draw(drawn + page));
  new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting)) draw(drawn + page);
  }, { rootMargin: '600px' }).observe(more);
  addEventListener('hashchange', () => { read(); update(); });
  addEventListener('beforeprint', () => draw(matching.length));
  read();
  update();
  body.classList.remove('waiting');
  form.hidden = false;
})();
