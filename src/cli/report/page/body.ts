/** What the page consists of; the script fills it. */
export const pageBody = `<a class="skip" href="#grid">Skip to the scopes</a>
<header>
  <div class="brand">
    <p class="product">scopelog report</p>
    <h1 id="title">Report</h1>
    <p id="about"></p>
  </div>
  <fieldset id="theme" class="switch">
    <legend class="unseen">Colours</legend>
    <label><input type="radio" name="theme" value="auto" checked><span>Auto</span></label>
    <label><input type="radio" name="theme" value="light"><span>Light</span></label>
    <label><input type="radio" name="theme" value="dark"><span>Dark</span></label>
  </fieldset>
</header>
<p id="loading" role="status">Reading the report …</p>
<noscript><p>This report is drawn by a script inside of this file. Nothing is loaded from elsewhere.</p></noscript>
<p id="said" class="unseen" role="status"></p>
<main id="report" hidden>
  <section aria-label="Numbers">
    <dl id="tiles"></dl>
    <ul id="notes" hidden></ul>
  </section>
  <section class="charts" aria-label="Over time">
    <figure id="live" class="card" hidden>
      <figcaption><h2>Live scopes</h2><span class="legend"><i class="red"></i>errors</span><span class="hint">drag to choose a time</span></figcaption>
      <div class="plot"><canvas role="img" aria-label="Live scopes over time"></canvas><i class="marker" hidden></i><span class="tip" hidden></span></div>
      <details><summary>As a table</summary><div></div></details>
    </figure>
    <figure id="sockets" class="card" hidden>
      <figcaption><h2 id="sockets-title">Open sockets</h2></figcaption>
      <div class="plot"><canvas role="img" aria-label="Open sockets over time"></canvas><i class="marker" hidden></i><span class="tip" hidden></span></div>
      <details><summary>As a table</summary><div></div></details>
    </figure>
  </section>
  <section id="waterfall" aria-labelledby="waterfall-title">
    <div class="card">
      <div class="bar">
        <h2 id="waterfall-title">Scopes</h2>
        <p id="count" role="status"></p>
        <div id="chips"></div>
        <div class="buttons">
          <button type="button" id="fold">Fold all</button>
          <button type="button" id="zoom-out" aria-label="Show more time">−</button>
          <button type="button" id="zoom-in" aria-label="Show less time">+</button>
          <button type="button" id="zoom-all">All time</button>
        </div>
      </div>
      <form id="filters" role="search" aria-label="Filter the scopes" autocomplete="off">
        <label class="wide"><span>Search</span><input id="search" type="search" placeholder="id, message, field …" spellcheck="false"></label>
        <label><span>Name</span><select id="name"><option value="-1">all</option></select></label>
        <label><span>Outcome</span><select id="state">
          <option value="">any</option><option value="ok">ok</option><option value="error">failed</option>
          <option value="unknown">not told</option><option value="open">no end in the log</option>
          <option value="forgotten">forgotten</option><option value="logger">outside of scopes</option>
        </select></label>
        <label><span>Level</span><select id="level">
          <option value="0">any</option><option value="20">debug or graver</option><option value="30">info or graver</option>
          <option value="40">warn or graver</option><option value="50">error or graver</option><option value="60">fatal</option>
        </select></label>
        <label><span>Duration</span><select id="longer">
          <option value="0">any</option><option value="10">10 ms or more</option><option value="100">100 ms or more</option>
          <option value="1000">1 s or more</option><option value="10000">10 s or more</option><option value="60000">1 min or more</option>
          <option value="3600000">1 h or more</option>
        </select></label>
        <label><span>Order</span><select id="order">
          <option value="start">start</option><option value="duration">slowest first</option>
          <option value="lines">noisiest first</option><option value="errors">most errors first</option>
        </select></label>
        <label><span>Time shown</span><select id="axis-kind">
          <option value="fit">rows in sight</option><option value="all">all time</option><option value="own">from each start</option>
        </select></label>
        <div class="checks">
        <label class="check"><input id="errors" type="checkbox"><span>Only with errors</span></label>
        <label class="check"><input id="only-forgotten" type="checkbox"><span>Only forgotten</span></label>
        <button type="button" id="reset">Reset</button>
        </div>
      </form>
      <div class="split">
        <div id="grid" role="treegrid" tabindex="0" aria-label="Scopes" aria-describedby="keys" aria-colcount="4">
          <div role="rowgroup">
            <div role="row" class="head" aria-rowindex="1">
              <div role="columnheader" class="c-name">Scope</div>
              <div role="columnheader" class="c-number">Duration</div>
              <div role="columnheader" class="c-number c-lines">Lines</div>
              <div role="columnheader" class="c-bar"><span class="unseen">Course</span><canvas id="axis" aria-hidden="true"></canvas></div>
            </div>
          </div>
          <div id="scroller" role="rowgroup" tabindex="-1">
            <div id="space" role="presentation">
              <div id="view" role="presentation"><div id="layer" role="presentation"></div><canvas id="bars" aria-hidden="true"></canvas></div>
            </div>
            <p id="nothing" hidden>No scope is like that.</p>
          </div>
        </div>
        <aside id="details" aria-labelledby="details-title" tabindex="-1"></aside>
      </div>
      <p id="keys" class="hint">Keys: ↑ ↓ to move, ← → to fold and unfold, Enter for the lines, Esc to come back, + − 0 for the time, Shift ← → to move it, / to search.</p>
      <ul class="key" aria-label="What the bars mean">
        <li><i class="is-ok"></i>ok</li><li><i class="is-error"></i>failed</li><li><i class="is-unknown"></i>outcome not told</li>
        <li><i class="is-open"></i>no end in the log</li><li><i class="is-forgotten"></i>forgotten</li><li><i class="red"></i>error line</li>
      </ul>
    </div>
  </section>
  <section class="tables" aria-label="Tables">
    <div class="card"><h2 id="slowest-title">Slowest</h2><div id="slowest"></div></div>
    <div class="card"><h2 id="noisiest-title">Noisiest</h2><div id="noisiest"></div></div>
    <div class="card"><h2 id="forgotten-title">Forgotten</h2><div id="forgotten"></div></div>
  </section>
</main>`;
