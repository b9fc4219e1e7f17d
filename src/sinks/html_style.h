// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace yk::sinks {

/// No script and nothing from elsewhere: what a document says cannot become more than text.
inline constexpr std::string_view kHtmlHead = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
)";

inline constexpr std::string_view kHtmlStyle = R"(<style>
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #5c6670; --page: #f7f8f9; --card: #fff; --line: #dde1e5;
  --bad: #b3261e; --link: #0b57d0; --mark: #ffe27a; --warm: #fff8e1; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ec; --soft: #9aa4ae; --page: #14171a; --card: #1d2125;
  --line: #343a40; --bad: #ff8a7a; --link: #8ab4f8; --mark: #6b5600; --warm: #2b2717; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 1.5rem; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.4rem; margin: 0; overflow-wrap: anywhere; }
p { margin: .3rem 0; }
a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: 2px; }
.soft { color: var(--soft); }
.cut { background: var(--warm); border: 1px solid var(--line); border-radius: .4rem; padding: .5rem .8rem; }
table { border-collapse: separate; border-spacing: 0; background: var(--card); border: 1px solid var(--line); margin-top: 1rem;
  min-width: 100%; }
th { position: sticky; top: 0; background: var(--card); text-align: left; white-space: nowrap; }
td, th { padding: .4rem .7rem; vertical-align: top; }
th, tbody td { border-bottom: 1px solid var(--line); }
td { min-width: 9rem; max-width: 24rem; overflow-wrap: anywhere; unicode-bidi: isolate; }
td.n, th.n { min-width: 0; text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.bad { color: var(--bad); max-width: none; }
tr:has(+ tr.quotes) td { border-bottom: 0; }
tr.quotes > td { padding-top: 0; max-width: none; }
summary { cursor: pointer; color: var(--soft); font-size: .85rem; }
tr.quotes details { position: sticky; left: 1rem; width: calc(100vw - 6rem); }
.quote { border-left: 3px solid var(--line); padding: .2rem 0 .4rem .9rem; margin: .6rem 0; scroll-margin-top: 4rem; }
.quote:target { border-left-color: var(--bad); background: var(--warm); }
.seen { display: flex; flex-wrap: wrap; gap: .6rem 1.5rem; align-items: flex-start; }
blockquote { flex: 1 1 24rem; max-width: 42rem; margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate; color: var(--soft); }
mark { background: var(--mark); color: var(--ink); }
figure { flex: 1 1 30rem; max-width: 46rem; display: flex; gap: 1rem; align-items: flex-start; margin: .2rem 0; }
svg .paper { fill: #fff; stroke: #b8c0c8; vector-effect: non-scaling-stroke; } svg text { fill: #30363d; white-space: pre; }
svg .line { fill: #d5dae0; } svg .hit { fill: #ffcf33; stroke: #c28a00; stroke-width: .5; }
svg .down { writing-mode: vertical-rl; dominant-baseline: central; }
svg.whole { flex: 0 0 5rem; width: 5rem; } svg.whole .hit { stroke-width: 3; }
svg.part { flex: 1 1 auto; min-width: 0; }
@media (max-width: 40rem) { body { padding: .6rem; } svg.whole { display: none; } }
</style>
)";

}  // namespace yk::sinks
