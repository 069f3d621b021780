// Asks for status.json every second and writes only what changed, so that nothing flickers and a selection survives.

const period = 1000;
const patience = 3000;
const rateWindow = 5;   // seconds over which a rate is taken
const chartWindow = 60; // seconds

const numbers = new Intl.NumberFormat("en");
const rates = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const money = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const wholeMoney = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

const tones = {
  Healthy: "good", Running: "good", Standby: "good",
  Degraded: "warn", Starting: "warn", Rebalancing: "warn", Stopping: "warn", Restarting: "warn",
  Paused: "warn", BackPressure: "warn", Retrying: "warn", Draining: "warn", WaitingForHandler: "warn",
  Unhealthy: "bad", Fenced: "bad", Failed: "bad", Blocked: "bad", NoOffset: "bad",
  Stopped: "wait",
};

// What a state means, where its name alone does not say it.
const meanings = {
  Standby: "Standby, no partition to own",
  BackPressure: "Back-pressure",
  Retrying: "Retrying a record",
  Blocked: "Blocked by a record",
  NoOffset: "No offset to start from",
  WaitingForHandler: "Waiting for a handler of its earlier assignment",
};

const byId = id => document.getElementById(id);
const number = value => value === null || value === undefined ? "-" : numbers.format(value);
const plural = (count, noun) => `${number(count)} ${noun}${count === 1 ? "" : "s"}`;

function duration(seconds) {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 120) return `${rates.format(seconds)} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h`;
}

// ---- Writing ----

function text(element, value) {
  if (element.textContent !== value) element.textContent = value;
}

function attribute(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

function state(element, name) {
  text(element, meanings[name] ?? name);
  attribute(element, "data-tone", tones[name] ?? "wait");
}

/** Makes the children of a parent one for each item, by key: kept ones are updated in place. */
function list(parent, items, keyOf, create, update) {
  const old = new Map([...parent.children].map(child => [child.dataset.key, child]));
  let previous = null;
  for (const item of items) {
    const key = String(keyOf(item));
    let child = old.get(key);
    if (child) {
      old.delete(key);
    } else {
      child = create(item);
      child.dataset.key = key;
    }
    const expected = previous ? previous.nextElementSibling : parent.firstElementChild;
    if (expected !== child) parent.insertBefore(child, expected);
    update(child, item);
    previous = child;
  }
  for (const child of old.values()) child.remove();
}

function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

// ---- Rates ----

const histories = new Map(); // key -> [{ time, count }]
const chart = [];            // [{ time, rate }]

/** Counts per second over the last seconds; null until there are two readings. A count that went back starts anew. */
function rate(key, time, count) {
  if (count === null || count === undefined) return null;
  let history = histories.get(key) ?? [];
  if (history.length > 0 && count < history.at(-1).count) history = [];
  history.push({ time, count });
  while (history.length > 2 && time - history[0].time > rateWindow) history.shift();
  histories.set(key, history);
  const span = time - history[0].time;
  return span > 0 ? (count - history[0].count) / span : null;
}

/** Up to where the records of a partition are handled, as far as the page can tell. */
const handledTo = partition => partition.position === null ? null : partition.position - partition.buffered - partition.inFlight;

// ---- The page ----

function showSummary(report) {
  const partitions = report.consumers.flatMap(consumer => consumer.workers).flatMap(worker => worker.partitions);
  const handled = report.consumers.reduce((sum, consumer) => sum + consumer.handled, 0);
  const perSecond = rate("all", report.uptimeSeconds, handled);
  text(byId("rate"), perSecond === null ? "-" : rates.format(perSecond));
  text(byId("handled"), number(handled));
  text(byId("lag"), partitions.some(partition => partition.lag !== null)
    ? number(report.consumers.reduce((sum, consumer) => sum + consumer.lag, 0)) : "-");
  text(byId("in-flight"), number(partitions.reduce((sum, partition) => sum + partition.inFlight, 0)));

  const waiting = report.consumers.length > 0 && partitions.length === 0;
  text(byId("where"), `${report.embeddedBroker ? "Embedded broker" : "Broker"} ${report.bootstrapServers || "not configured"}, up for ${duration(report.uptimeSeconds)}`
    + (waiting ? ". No partition is assigned yet." : ""));

  const health = byId("health");
  state(health, report.health.status);

  if (perSecond !== null) chart.push({ time: report.uptimeSeconds, rate: perSecond });
  while (chart.length > 0 && report.uptimeSeconds - chart[0].time > chartWindow) chart.shift();
  const top = Math.max(1, ...chart.map(point => point.rate)) * 1.1;
  attribute(byId("line"), "points", chart.map(point =>
    `${(600 - (report.uptimeSeconds - point.time) * 600 / chartWindow).toFixed(1)},${(58 - point.rate * 56 / top).toFixed(1)}`).join(" "));
  text(byId("chart-caption"), chart.length > 1
    ? `Orders per second, last minute: ${rates.format(Math.min(...chart.map(point => point.rate)))} to ${rates.format(Math.max(...chart.map(point => point.rate)))}`
    : "Orders per second, last minute");
}

function showChecks(report) {
  const troubled = report.health.checks.filter(check => check.status !== "Healthy");
  byId("checks-section").hidden = troubled.length === 0;
  list(byId("checks"), troubled, check => check.name,
    () => make("li", "", make("span", "pill"), make("strong"), make("span")),
    (item, check) => {
      state(item.children[0], check.status);
      text(item.children[1], check.name);
      text(item.children[2], check.reason ? `: ${check.reason}` : "");
    });
}

const columns = [
  ["Partition", ""], ["State", ""], ["Worker", "number"], ["Position", "number"], ["Committed", "number"],
  ["End", "number"], ["Lag", "number"], ["Buffered", "number"], ["In flight", "number"], ["Per second", "number"],
];

function createConsumer(consumer) {
  const id = `consumer-${consumer.name}`;
  const head = make("tr", "", ...columns.map(([label, className]) => {
    const cell = make("th", className, label);
    cell.scope = "col";
    cell.setAttribute("role", "columnheader");
    return cell;
  }));
  head.setAttribute("role", "row");
  const thead = make("thead", "", head);
  thead.setAttribute("role", "rowgroup");
  const body = make("tbody");
  body.setAttribute("role", "rowgroup");
  const table = make("table", "cards partitions", thead, body);
  table.setAttribute("role", "table");
  table.setAttribute("aria-label", `Partitions of ${consumer.name}`);
  const heading = make("h2", "", `Consumer ${consumer.name}`);
  heading.id = id;
  const section = make("section", "",
    make("div", "title", heading, make("p", "quiet")), make("ul", "workers"), table, make("p", "empty"));
  section.setAttribute("aria-labelledby", id);
  return section;
}

function createRow() {
  const row = make("tr", "", ...columns.map(([label, className]) => {
    const cell = make("td", className);
    cell.dataset.label = label;
    cell.setAttribute("role", "cell");
    return cell;
  }));
  row.setAttribute("role", "row");
  row.children[0].classList.add("wide");
  row.children[1].classList.add("wide");
  row.children[1].append(make("span", "", make("span", "pill"), make("span", "note")));
  return row;
}

function showWorker(item, worker, time) {
  const perSecond = rate(`worker ${item.dataset.consumer} ${worker.index}`, time, worker.handled);
  text(item.children[0], `Worker ${worker.index}`);
  state(item.children[1], worker.state);
  text(item.children[2], `${plural(worker.partitions.length, "partition")}, ${number(worker.handled)} handled`
    + (perSecond === null ? "" : `, ${rates.format(perSecond)}/s`)
    + (worker.instanceId ? `, static member ${worker.instanceId}` : "")
    // A poll thread that comes round is no news.
    + (worker.sincePollSeconds > 2 ? `, last polled ${duration(worker.sincePollSeconds)} ago` : ""));
  text(item.children[3], worker.trouble ?? "");
}

function showPartition(row, partition, time) {
  const cells = row.children;
  text(cells[0], `${partition.topic} / ${partition.partition}`);
  state(cells[1].firstElementChild.children[0], partition.state);
  text(cells[1].firstElementChild.children[1], partition.failing
    ? `Offset ${partition.failing.offset}, ${plural(partition.failing.attempts, "attempt")}: ${partition.failing.reason}`
    : partition.oldestInFlightSeconds > 5 ? `In its handler for ${duration(partition.oldestInFlightSeconds)}` : "");
  text(cells[2], String(partition.worker));
  text(cells[3], number(partition.position));
  text(cells[4], number(partition.committed));
  text(cells[5], number(partition.end));
  text(cells[6], number(partition.lag));
  text(cells[7], number(partition.buffered));
  text(cells[8], number(partition.inFlight));
  const perSecond = rate(`partition ${partition.key}`, time, handledTo(partition));
  text(cells[9], perSecond === null ? "-" : rates.format(perSecond));
}

function showConsumer(section, consumer, time) {
  text(section.querySelector(".title p"), [
    consumer.group ? `group ${consumer.group}` : "no group",
    `${consumer.topics.length === 1 ? "topic" : "topics"} ${consumer.topics.join(", ")}`,
    plural(consumer.workers.length, "worker"),
    ...(consumer.paused ? ["paused in code"] : []),
  ].join(", "));

  list(section.querySelector(".workers"), consumer.workers, worker => worker.index,
    () => make("li", "", make("strong"), make("span", "pill"), make("p", "quiet"), make("span", "note")),
    (item, worker) => {
      item.dataset.consumer = consumer.name;
      showWorker(item, worker, time);
    });

  const partitions = consumer.workers.flatMap(worker => worker.partitions.map(partition =>
    ({ ...partition, worker: worker.index, key: `${consumer.name} ${partition.topic} ${partition.partition}` })));
  partitions.sort((a, b) => a.topic.localeCompare(b.topic) || a.partition - b.partition);
  section.querySelector("table").hidden = partitions.length === 0;
  section.querySelector(".empty").hidden = partitions.length > 0;
  text(section.querySelector(".empty"), "No partition is assigned yet: the group is forming, or the broker or topic cannot be reached.");
  list(section.querySelector("tbody"), partitions, partition => partition.key, createRow,
    (row, partition) => showPartition(row, partition, time));
}

function showOrders(report) {
  byId("recent-empty").hidden = report.recent.length > 0;
  byId("recent").parentElement.hidden = report.recent.length === 0;
  list(byId("recent"), report.recent, booked => `${booked.partition} ${booked.offset}`,
    () => make("tr", "", make("td"), make("td"), make("td"), make("td", "number"), make("td", "number")),
    (row, booked) => {
      text(row.children[0], `#${booked.order.id}`);
      text(row.children[1], booked.order.customer);
      text(row.children[2], booked.order.country);
      text(row.children[3], money.format(booked.order.amount));
      text(row.children[4], `${booked.partition} @ ${booked.offset}`);
    });

  byId("totals-empty").hidden = report.totals.length > 0;
  const top = Math.max(1, ...report.totals.map(total => total.revenue));
  list(byId("totals"), report.totals, total => total.country,
    () => {
      const track = make("span", "track", make("span", "fill"));
      track.setAttribute("aria-hidden", "true");
      return make("li", "", make("span", "bar", make("span"), make("span")), track);
    },
    (item, total) => {
      text(item.firstElementChild.children[0], total.country);
      text(item.firstElementChild.children[1], `${wholeMoney.format(total.revenue)} in ${plural(total.orders, "order")}`);
      attribute(item.lastElementChild.firstElementChild, "style", `width:${(total.revenue * 100 / top).toFixed(1)}%`);
    });
}

function showFeed(feed) {
  text(byId("feed"), !feed.enabled ? "The feed of orders is off."
    : `The feed has produced ${plural(feed.produced, "order")}`
      + (feed.failed > 0 ? ` and given up ${number(feed.failed)}` : "")
      + (feed.lastError ? `; it cannot produce now: ${feed.lastError}` : "."));
}

function show(report) {
  showSummary(report);
  showChecks(report);
  list(byId("consumers"), report.consumers, consumer => consumer.name, createConsumer,
    (section, consumer) => showConsumer(section, consumer, report.uptimeSeconds));
  showOrders(report);
  showFeed(report.feed);
}

// ---- Asking ----

let lastUptime = 0;
let lastAnswer = null;

async function ask() {
  try {
    const response = await fetch("status.json", { cache: "no-store", signal: AbortSignal.timeout(patience) });
    if (!response.ok) throw new Error(`it answers ${response.status}`);
    const report = await response.json();

    // The application was started anew: its counts begin at zero.
    if (report.uptimeSeconds < lastUptime) {
      histories.clear();
      chart.length = 0;
    }
    lastUptime = report.uptimeSeconds;
    lastAnswer = performance.now();
    show(report);
    byId("main").classList.remove("stale");
    attribute(byId("main"), "aria-busy", "false");
    byId("banner").hidden = true;
  } catch (error) {
    showSilence(error);
  }
}

function showSilence(error) {
  const banner = byId("banner");
  const reason = error.message.startsWith("it answers") ? error.message : "it does not answer";
  const age = lastAnswer === null ? "" : ` What you see is from before ${new Date(Date.now() - (performance.now() - lastAnswer)).toLocaleTimeString()}.`;
  text(banner, `The application cannot be asked: ${reason}.${age} Trying again every second.`);
  banner.hidden = false;
  byId("main").classList.add("stale");
  text(byId("health"), "Unknown");
  attribute(byId("health"), "data-tone", "wait");
}

for (;;) {
  const began = performance.now();
  if (!document.hidden) await ask();
  await new Promise(resolve => setTimeout(resolve, Math.max(100, period - (performance.now() - began))));
}
