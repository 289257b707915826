import Catalog

/// How the sync of each provider stands.
struct OperationsSync: Sendable {
  struct Provider: Sendable {
    let slug: String
    let providerName: String
    let state: String
    let isBad: Bool
    let isReady: Bool
    /// Whether it is left alone after failures.
    let isResting: Bool
    let detail: String?
    let interval: String
    let attempted: String
    let changed: String
  }

  struct Job: Sendable {
    let id: String
    let trigger: String
    let state: String
    let started: String
    let finished: String
    let isDryRun: Bool
    let jobProviders: String
  }

  let frame: OperationsFrame
  /// Whether a sync runs beside the server.
  let isThere: Bool
  let problems: [String]
  let providers: [Provider]
  let jobs: [Job]

  /// - Parameter document: what ``SyncControl/status()`` says; nil where no sync runs.
  /// - Throws: ``Problem`` when the document is not understood.
  init(_ frame: OperationsFrame, document: [UInt8]?) throws(Problem) {
    self.frame = frame
    isThere = document != nil
    guard let document else {
      (problems, providers, jobs) = ([], [], [])
      return
    }
    let json: JSONValue
    do {
      json = try JSONReader.parse(document)
    } catch {
      throw .unavailable("the sync says how it stands in a form that is not understood: \(error)")
    }
    problems = json.object?["problems"]?.array?.compactMap(\.string) ?? []
    // Those that can be asked first; they are what somebody looks for.
    let all = (json.object?["providers"]?.array ?? []).compactMap(\.object).map(Provider.init)
    providers = all.filter(\.isReady) + all.filter { !$0.isReady }
    jobs = (json.object?["jobs"]?.array ?? []).compactMap(\.object).map(Job.init)
  }

  fileprivate static func time(_ value: JSONValue?) -> String {
    value?.int.map(ConsoleText.time(unixSeconds:)) ?? ConsoleText.nothing
  }
}

extension OperationsSync.Provider {
  fileprivate init(_ json: JSONObject) {
    slug = json["provider"]?.string ?? ""
    providerName = json["name"]?.string ?? ""
    isReady = json["is_ready"]?.bool ?? false
    let failure = json["last_failure"]?.object
    let rest = json["error"]?.object
    isResting = rest != nil
    isBad = isReady && (failure != nil || rest != nil)
    let result = (failure ?? json["last_result"]?.object)?["outcome"]?.string
    state = isReady ? result?.replacing("_", with: " ") ?? "not asked yet" : "cannot be asked"
    detail = rest.map(Self.rest) ?? failure?["reason"]?.string ?? json["obstacle"]?.string
    let seconds = json["interval_seconds"]?.int ?? 0
    interval = seconds == 0 ? "by hand" : ConsoleText.duration(.seconds(seconds))
    attempted = OperationsSync.time(json["attempted_at"])
    changed = OperationsSync.time(json["changed_at"])
  }

  private static func rest(_ error: JSONObject) -> String {
    let message = error["message"]?.string ?? ""
    return
      "\(message) (\(error["failures"]?.int ?? 0) in a row, asked again at \(OperationsSync.time(error["retry_at"])))"
  }
}

extension OperationsSync.Job {
  fileprivate init(_ json: JSONObject) {
    id = json["id"]?.string ?? ""
    trigger = json["trigger"]?.string ?? ""
    state = json["state"]?.string ?? ""
    started = OperationsSync.time(json["started_at"])
    finished = OperationsSync.time(json["finished_at"])
    isDryRun = json["dry_run"]?.bool ?? false
    let slugs = json["providers"]?.array?.compactMap(\.string) ?? []
    jobProviders =
      slugs.count > 4
      ? "\(slugs.prefix(4).joined(separator: ", ")) and \(slugs.count - 4) more"
      : slugs.joined(separator: ", ")
  }
}
