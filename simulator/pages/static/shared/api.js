// One way to ask the simulator and the counter for JSON. Every failure becomes an ApiError with a Vietnamese sentence.

export class ApiError extends Error {
  /** `status` is the HTTP status, 0 when nothing answered; `detail` is the server's own sentence, if any. */
  constructor(message, status, detail = "") {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.detail = detail;
  }
}

const SENTENCES = {
  0: "Không nối được với trình giả lập. Kiểm tra xem nó còn chạy không.",
  404: "Không tìm thấy mục này. Có thể dữ liệu vừa được đặt lại.",
  409: "Quy trình không cho phép bước này ở trạng thái hiện tại.",
  413: "Tệp quá lớn.",
};

export const get = (path, options = {}) => request("GET", path, undefined, options);
export const post = (path, body = {}, options = {}) => request("POST", path, body, options);
export const remove = (path, options = {}) => request("DELETE", path, undefined, options);

async function request(method, path, body, { signal } = {}) {
  const init = { method, signal, headers: { accept: "application/json" } };
  if (body !== undefined) {
    init.headers["content-type"] = "application/json";
    init.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(path, init);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(SENTENCES[0], 0);
  }
  const answer = await response.json().catch(() => null);
  if (response.ok && answer !== null) return answer;
  throw new ApiError(sentence(response.status, answer?.error), response.status, answer?.error ?? "");
}

function sentence(status, detail) {
  const base =
    SENTENCES[status] ?? (status >= 500 ? `Máy chủ gặp lỗi (${status}).` : `Yêu cầu bị từ chối (${status}).`);
  return detail ? `${base} Chi tiết: ${detail}` : base;
}

/** Query string of what is set; empty values are left out. */
export function query(values) {
  const pairs = Object.entries(values).filter(
    ([, value]) => value !== null && value !== undefined && value !== "",
  );
  return pairs.length ? "?" + new URLSearchParams(pairs.map(([key, value]) => [key, String(value)])) : "";
}
