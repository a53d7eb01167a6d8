const light = `
  --page: #f4f6f8; --card: #ffffff; --text: #1b2430; --muted: #566273; --line: #dfe4ea; --grid: #e9edf1;
  --accent: #2563c9; --field: #ffffff; --hover: #f0f4f9; --chosen: #e3edfb; --code: #f4f6f8;
  --ok: #2f9c8a; --error: #cf2f3c; --unknown: #7187ab; --open: #8d9bb0; --forgotten: #b8720a; --logger: #9aa6b5;
  --tick: rgba(13, 24, 38, 0.55); --ok-text: #14705f; --error-text: #b3202d; --forgotten-text: #8a5200; --mark: #ffe58a;
  --shadow: 0 1px 2px rgba(20, 32, 48, 0.06), 0 2px 8px rgba(20, 32, 48, 0.04);`;

const dark = `
  --page: #10151b; --card: #181f28; --text: #e3e9f0; --muted: #9ba9b9; --line: #2b3541; --grid: #232c37;
  --accent: #6ea8ff; --field: #11171e; --hover: #202935; --chosen: #24364f; --code: #11171e;
  --ok: #3fb8a2; --error: #f0616c; --unknown: #8097c0; --open: #77869b; --forgotten: #e0a03c; --logger: #65748a;
  --tick: rgba(0, 0, 0, 0.6); --ok-text: #6fd6c2; --error-text: #ff8a92; --forgotten-text: #f0b95c; --mark: #6b5812;
  --shadow: 0 1px 2px rgba(0, 0, 0, 0.4);`;

/** The style sheet of the page. No font and no picture is loaded. */
export const style = `
:root { color-scheme: light; --font: ui-sans-serif, system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; ${light} }
@media (prefers-color-scheme: dark) { :root:not([data-theme="light"]):not([data-print]) { color-scheme: dark; ${dark} } }
:root[data-theme="dark"]:not([data-print]) { color-scheme: dark; ${dark} }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0; background: var(--page); color: var(--text); font: 14px/1.5 var(--font); }
header, main { max-width: 1760px; margin: 0 auto; padding: 0 24px; }
header { display: flex; gap: 16px; align-items: flex-start; justify-content: space-between; padding-top: 22px; padding-bottom: 14px; }
h1 { font-size: 22px; line-height: 1.25; font-weight: 650; margin: 0; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { font-size: 14px; font-weight: 650; margin: 0; }
p { margin: 0; }
.product { color: var(--muted); font-size: 12px; letter-spacing: 0.04em; }
#about { color: var(--muted); font-size: 13px; display: flex; flex-wrap: wrap; gap: 0 16px; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
#loading, noscript p { padding: 24px; max-width: 1760px; margin: 0 auto; }
main > section { margin-bottom: 16px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; box-shadow: var(--shadow); padding: 14px 16px; min-width: 0; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: 12px; top: -60px; background: var(--card); color: var(--text); padding: 8px 12px; border-radius: 6px; z-index: 9; }
.skip:focus { top: 12px; }
.hint { color: var(--muted); font-size: 12px; }
.number { font-variant-numeric: tabular-nums; text-align: right; white-space: nowrap; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
button, input, select { font: inherit; color: inherit; }
button { background: var(--field); border: 1px solid var(--line); border-radius: 6px; padding: 4px 10px; cursor: pointer; transition: background-color 0.12s; }
button:hover { background: var(--hover); }
button.link { background: none; border: 0; padding: 0; color: var(--accent); text-align: left; overflow-wrap: anywhere; border-radius: 3px; }
button.link:hover { text-decoration: underline; }
.switch { border: 1px solid var(--line); border-radius: 8px; padding: 2px; margin: 0; display: flex; background: var(--card); flex: none; }
.switch label { cursor: pointer; }
.switch input { position: absolute; opacity: 0; }
.switch span { display: block; padding: 3px 12px; border-radius: 6px; color: var(--muted); font-size: 13px; }
.switch input:checked + span { background: var(--chosen); color: var(--text); }
.switch input:focus-visible + span { outline: 2px solid var(--accent); outline-offset: 1px; }

#tiles { display: grid; grid-template-columns: repeat(8, minmax(0, 1fr)); gap: 1px; margin: 0; background: var(--line); border: 1px solid var(--line); border-radius: 10px; overflow: hidden; box-shadow: var(--shadow); }
#tiles > div { background: var(--card); padding: 12px 16px; display: flex; flex-direction: column-reverse; justify-content: flex-end; }
#tiles dt { color: var(--muted); font-size: 12px; }
#tiles dd { margin: 0; font-size: 20px; font-weight: 600; line-height: 1.3; font-variant-numeric: tabular-nums; letter-spacing: -0.01em; }
#tiles .bad dd { color: var(--error-text); }
#tiles .warned dd { color: var(--forgotten-text); }
#notes { margin: 10px 0 0; padding: 0 0 0 18px; color: var(--muted); font-size: 13px; overflow-wrap: anywhere; }

.charts { display: flex; flex-wrap: wrap; gap: 16px; }
figure { margin: 0; flex: 1 1 420px; }
figcaption { display: flex; gap: 14px; align-items: baseline; margin-bottom: 4px; }
figcaption .hint { margin-left: auto; }
.legend { color: var(--muted); font-size: 12px; }
.plot { position: relative; }
.plot canvas { display: block; width: 100%; height: 132px; cursor: crosshair; touch-action: pan-y; }
.marker { position: absolute; top: 8px; bottom: 20px; width: 1px; background: var(--muted); pointer-events: none; }
.tip { position: absolute; top: 4px; margin-left: 10px; padding: 2px 8px; font-size: 12px; background: var(--text); color: var(--card); border-radius: 5px; pointer-events: none; white-space: nowrap; }
.tip.before { transform: translateX(-100%); margin-left: -10px; }
figure details { font-size: 12px; margin-top: 2px; }
summary { cursor: pointer; color: var(--muted); border-radius: 3px; }
figure details > div { max-height: 260px; overflow: auto; margin-top: 6px; }

.bar { display: flex; flex-wrap: wrap; gap: 8px 14px; align-items: center; margin-bottom: 10px; }
#count { color: var(--muted); font-size: 13px; font-variant-numeric: tabular-nums; }
#chips { display: flex; flex-wrap: wrap; gap: 6px; min-width: 0; }
.chip { border-radius: 99px; font-size: 12px; background: var(--chosen); border-color: transparent; overflow-wrap: anywhere; text-align: left; }
.buttons { display: flex; gap: 6px; }
.bar .buttons { margin-left: auto; }
form { display: flex; flex-wrap: wrap; gap: 8px 10px; align-items: flex-end; margin-bottom: 12px; }
form label > span { display: block; font-size: 12px; color: var(--muted); margin-bottom: 2px; }
form .wide { flex: 1 1 200px; }
form input[type="search"], select { width: 100%; background: var(--field); border: 1px solid var(--line); border-radius: 6px; padding: 4px 8px; height: 32px; }
select { max-width: 150px; }
form button { height: 32px; }
.checks { display: flex; flex-wrap: wrap; gap: 8px 14px; align-items: center; }
.check { display: flex; gap: 6px; align-items: center; height: 32px; }
.check > span { margin: 0; font-size: 13px; color: var(--text); }
.check input { accent-color: var(--accent); width: 15px; height: 15px; margin: 0; }
::placeholder { color: var(--muted); opacity: 1; }

.split { display: grid; grid-template-columns: minmax(0, 1fr) minmax(320px, 34%); border: 1px solid var(--line); border-radius: 8px; overflow: hidden; height: clamp(420px, 68vh, 900px); }
#grid { display: flex; flex-direction: column; min-width: 0; min-height: 0; outline-offset: -2px; --columns: minmax(150px, 250px) 92px 58px minmax(120px, 1fr); }
.head, .row { display: grid; grid-template-columns: var(--columns); align-items: center; }
.head { height: 30px; border-bottom: 1px solid var(--line); color: var(--muted); font-size: 12px; padding-right: var(--bar-width, 0); }
.head canvas { display: block; width: 100%; height: 28px; }
.c-name { padding-left: calc(10px + var(--depth, 0) * 14px); display: flex; align-items: center; gap: 6px; min-width: 0; }
.c-number { text-align: right; font-variant-numeric: tabular-nums; font-size: 12px; padding-right: 10px; white-space: nowrap; overflow: hidden; }
#scroller { overflow-y: scroll; flex: 1; min-height: 0; position: relative; }
#space { min-height: 100%; }
#view { position: sticky; top: 0; overflow: hidden; height: 0; }
#layer { position: absolute; inset: 0; }
#bars { position: absolute; top: 0; right: 0; width: calc(100% - var(--bars-left, 400px)); height: 100%; pointer-events: none; }
.row { position: absolute; left: 0; right: 0; height: 26px; cursor: default; border-bottom: 1px solid transparent; }
.row:hover { background: var(--hover); }
.row[aria-selected="true"] { background: var(--chosen); }
#grid:focus-visible .row.current { box-shadow: inset 0 0 0 2px var(--accent); border-radius: 4px; }
.row.around .id, .row.around .c-number { color: var(--muted); }
.id { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font: 12px var(--mono); }
.twist { width: 12px; flex: none; color: var(--muted); cursor: pointer; font-size: 11px; text-align: center; }
.sign { width: 12px; flex: none; text-align: center; font-weight: 700; font-size: 12px; color: var(--muted); }
.is-ok .sign { color: var(--ok-text); }
.is-error .sign { color: var(--error-text); }
.is-forgotten .sign { color: var(--forgotten-text); }
#nothing { position: absolute; inset: 40% 0 auto; text-align: center; color: var(--muted); }

#details { border-left: 1px solid var(--line); padding: 12px 14px; overflow: auto; min-width: 0; position: relative; }
.details-head { display: flex; gap: 10px; align-items: baseline; flex-wrap: wrap; }
.details-head h2 { font: 600 15px var(--mono); overflow-wrap: anywhere; }
#details .buttons { margin: 8px 0; }
#details .buttons button { font-size: 12px; padding: 2px 8px; }
.badge { font-size: 12px; border-radius: 99px; padding: 0 8px; border: 1px solid currentColor; color: var(--muted); white-space: nowrap; }
.badge.is-ok { color: var(--ok-text); }
.badge.is-error { color: var(--error-text); }
.badge.is-forgotten { color: var(--forgotten-text); }
.facts { margin: 0 0 8px; font-size: 13px; }
.facts > div { display: grid; grid-template-columns: 132px minmax(0, 1fr); gap: 8px; padding: 1px 0; }
.facts dt { color: var(--muted); overflow-wrap: anywhere; }
.facts dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.facts code, .fields dd { font: 12px/1.6 var(--mono); }
.fields { border-top: 1px solid var(--line); padding-top: 6px; }

#details table { table-layout: fixed; }
#details th:nth-child(1) { width: 74px; }
#details th:nth-child(2) { width: 50px; }
table { border-collapse: collapse; width: 100%; font-size: 13px; }
th, td { text-align: left; padding: 4px 8px 4px 0; vertical-align: top; border-bottom: 1px solid var(--line); font-weight: 400; }
thead th { color: var(--muted); font-size: 12px; white-space: nowrap; }
tbody tr:last-child > * { border-bottom: 0; }
.lines { font-size: 12px; }
.lines .number, .lines .level { color: var(--muted); }
.message { overflow-wrap: anywhere; white-space: pre-wrap; }
.field { font: 11px var(--mono); overflow-wrap: anywhere; }
.key { color: var(--muted); }
.level-error .level, .level-fatal .level, .thrown, .thrown summary { color: var(--error-text); }
.level-warn .level { color: var(--forgotten-text); }
.thrown { font: 12px/1.5 var(--mono); overflow-wrap: anywhere; margin-top: 2px; }
.thrown pre { color: var(--text); background: var(--code); border-radius: 6px; padding: 8px; margin: 4px 0; overflow: auto; font: 11px/1.5 var(--mono); max-height: 320px; }
mark { background: var(--mark); color: inherit; border-radius: 2px; }

#keys { margin-top: 8px; }
ul.key { list-style: none; margin: 6px 0 0; padding: 0; display: flex; flex-wrap: wrap; gap: 4px 16px; font-size: 12px; color: var(--muted); }
.key i, .legend i { display: inline-block; width: 18px; height: 10px; margin-right: 6px; border-radius: 2px; vertical-align: -1px; }
.key i.is-ok { background: var(--ok); }
.key i.is-error { background: var(--error); }
.key i.is-unknown { background: var(--unknown); }
.key i.is-open { background: var(--open); opacity: 0.5; }
.key i.is-forgotten { border: 1px solid var(--forgotten); background: repeating-linear-gradient(135deg, var(--forgotten) 0 2px, transparent 2px 5px); }
.key i.red, .legend i.red { background: var(--error); width: 3px; height: 12px; }

.tables { display: grid; grid-template-columns: repeat(auto-fit, minmax(330px, 1fr)); gap: 16px; padding-bottom: 24px; }
.tables h2 { margin-bottom: 6px; }
.tables th.number { text-align: right; }
.tables tr > :nth-child(2), .tables tr > :nth-child(3) { padding-left: 8px; }
.tables tr > :last-child { padding-right: 0; }
.tables td .number { display: block; }
.tables td:last-child { white-space: nowrap; }
.tables button.link, .tables td { font-size: 12px; }
.tables button.link { font-family: var(--mono); }

@media (max-width: 1100px) { #tiles { grid-template-columns: repeat(4, minmax(0, 1fr)); } }
@media (max-width: 520px) { #tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
@media (max-width: 1000px) {
  .split { grid-template-columns: minmax(0, 1fr); height: auto; }
  #grid { height: 62vh; }
  #details { border-left: 0; border-top: 1px solid var(--line); max-height: 60vh; }
}
@media (max-width: 640px) {
  header, main { padding-left: 12px; padding-right: 12px; }
  header { flex-direction: column; }
  #grid { --columns: minmax(110px, 42%) 74px minmax(80px, 1fr); }
  .c-lines { display: none; }
}
@media (prefers-reduced-motion: reduce) { * { transition: none !important; scroll-behavior: auto !important; } }
@media (forced-colors: active) { .row.current { outline: 2px solid; outline-offset: -2px; } }
@media print {
  body { background: #fff; font-size: 11px; }
  .card, #tiles { box-shadow: none; break-inside: avoid; }
  form, #theme, .buttons, .skip, #keys, .hint, figure details { display: none !important; }
  .split { grid-template-columns: minmax(0, 1fr); height: auto; overflow: visible; }
  #grid { height: 640px; }
  #details { border: 0; border-top: 1px solid var(--line); overflow: visible; }
  #details:not(:has(.facts)) { display: none; }
  #tiles { grid-template-columns: repeat(4, minmax(0, 1fr)); }
  .tables { grid-template-columns: 1fr; }
}
`;
