const marks = String.raw`[\s,!?;:、。…"'“”‘’]`;
const fillersZh = "嗯|啊|呃|额|哦|噢|唉|诶|呀|呢|那个|那么";
const fillersEn = String.raw`(?:um|uh|er|erm|ah|hmm|well|please|okay so)\b`;

const leading = new RegExp(String.raw`^(?:${marks}|\.(?!\d)|${fillersZh}|${fillersEn})+`, "i");
const trailing = new RegExp(
  String.raw`(?:${marks}|\.|${fillersZh}|(?<![\d\p{L}] ?)(?:um|uh|er|ah|hmm|please)|(?<=\p{L} )(?:um|uh|er|ah|hmm|please))+$`,
  "iu",
);

/** Without punctuation and hesitation at both ends; what stands between stays. */
export function stripEnds(text: string): string {
  return text.replace(leading, "").replace(trailing, "");
}

const copula = /^(?:[\s,:=、。]|是(?!不)|为|等于|(?:is|equals|equal to|of|reads|measures)(?![a-z]))+/i;

/** Behind a name: “长度是”, “length equals”, “长度：”. */
export function stripCopula(text: string): string {
  return text.replace(copula, "");
}

const about = "大概|大约|差不多|将近|接近|约|(?:about|around|approximately|roughly|nearly|almost)(?![a-z])";
const leadingAbout = new RegExp(`^(?:${about}|是|为|[\\s,、])*(?:${about})(?:是|[\\s,、])*`, "i");
const trailingAbout = /[\s,、]*(?:左右|上下|(?<= )or so)$/i;

/** The text without 大概, 左右, “about”; undefined when none of them is there. */
export function withoutApproximation(text: string): string | undefined {
  const rest = text.replace(leadingAbout, "").replace(trailingAbout, "");
  return rest === text ? undefined : rest;
}
