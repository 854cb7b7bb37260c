/** The reference has no build and loads nothing; its colours follow the system's. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --text: light-dark(#18202c, #dfe5ee);
  --soft: light-dark(#5a6678, #96a3b6);
  --line: light-dark(#dde3ec, #2a3444);
  --back: light-dark(#ffffff, #11161f);
  --panel: light-dark(#f4f6fa, #19202c);
  --link: light-dark(#1d5fd0, #7fb0ff);
  --good: light-dark(#18794a, #58c98d);
  --bad: light-dark(#b3372d, #f08a80);
  font: 15px/1.6 system-ui, sans-serif;
  scroll-padding-top: 1rem;
}
* { box-sizing: border-box; }
body { margin: 0; color: var(--text); background: var(--back); display: grid; grid-template-columns: 17rem minmax(0, 1fr); }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px; }
nav { position: sticky; top: 0; height: 100vh; overflow: auto; padding: 1.5rem 1.25rem; border-right: 1px solid var(--line); background: var(--panel); font-size: 13.5px; }
nav .home { font-weight: 650; font-size: 16px; color: var(--text); }
nav h2 { font-size: 12px; letter-spacing: .04em; text-transform: uppercase; color: var(--soft); margin: 1.4rem 0 .3rem; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li a { display: block; padding: .12rem 0; color: var(--text); }
main { padding: 2rem clamp(1rem, 4vw, 3.5rem) 6rem; max-width: 60rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 1rem; }
h1 small { font-size: .9rem; font-weight: 400; color: var(--soft); }
h2.tag { font-size: 1.45rem; margin: 3.5rem 0 .3rem; }
h3 { font-size: 1.1rem; margin: 1.6rem 0 .3rem; }
h4 { font-size: .8rem; letter-spacing: .04em; text-transform: uppercase; color: var(--soft); margin: 1.2rem 0 .3rem; }
section { border-top: 1px solid var(--line); padding: .4rem 0 1.6rem; }
section:target, li:target { background: light-dark(#eef4ff, #18243a); box-shadow: 0 0 0 .6rem light-dark(#eef4ff, #18243a); border-radius: 2px; }
code, pre { font: 13px/1.55 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
:not(pre) > code { background: var(--panel); border-radius: 4px; padding: .08em .3em; overflow-wrap: anywhere; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: .9rem 1rem; overflow-x: auto; margin: 1.2rem 0 0; }
.path { display: flex; flex-wrap: wrap; gap: .6rem; align-items: center; margin: .2rem 0 .6rem; }
.method { font: 600 12px ui-monospace, monospace; padding: .15rem .5rem; border-radius: 4px; color: #fff; background: #5b6b84; }
.method.get { background: #1f6f4a; } .method.post { background: #1d5fd0; } .method.delete { background: #a8352b; } .method.put, .method.patch { background: #8a5a00; }
.scope { color: var(--soft); font-size: 13.5px; }
.members, .answers { list-style: none; margin: .3rem 0; padding: 0; border: 1px solid var(--line); border-radius: 8px; }
.members > li, .answers > li { padding: .45rem .8rem; }
.members > li + li, .answers > li + li { border-top: 1px solid var(--line); }
.members .members { margin-top: .5rem; }
.variants { display: grid; gap: .5rem; }
.name { font-weight: 600; }
.type, .note { color: var(--soft); font-size: 13.5px; }
.required { color: var(--bad); font-size: 12.5px; }
.status { font-weight: 600; } .status.s2 { color: var(--good); } .status.s4, .status.s5 { color: var(--bad); }
details summary { cursor: pointer; color: var(--link); font-size: 13.5px; }
@media (max-width: 52rem) {
  body { display: block; }
  nav { position: static; height: auto; border-right: 0; border-bottom: 1px solid var(--line); }
  nav ul { columns: 2; }
}
@media print { nav { display: none; } body { display: block; } }
`;
