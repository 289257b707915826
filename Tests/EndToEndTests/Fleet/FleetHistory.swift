import Testing

/// What readers saw and writers did, and whether it keeps the promises.
struct FleetHistory: Sendable {
  /// The staleness bound D of bounded coherence, and of changes that Redis was not told of.
  static let bound = Duration.seconds(1)
  /// How late a process of a busy machine may notice that D is over. The one place where the tests are patient with
  /// freshness; what strict coherence promises of a change that Redis was told of gets no slack at all.
  static let slack = Duration.milliseconds(250)
  /// Until when everything has to be as if there had been no fault.
  static let recovery = Duration.seconds(5)
  /// How long a reader waits for Redis: once for a connection, once for an answer.
  static let softTimeout = Duration.milliseconds(50)
  /// How long an answer may take: a reader waits at most D for a load that is under way, and is then given what there is.
  static let patience = bound + softTimeout * 2 + slack

  let workers: [Coherence]
  let commits: [Commit]
  /// In the order in which they were asked for.
  let sights: [Sight]
  /// When the last fault was over.
  let faultEnd: ContinuousClock.Instant

  init(workers: [Coherence], commits: [Commit], sights: [Sight], faultEnd: ContinuousClock.Instant) {
    self.workers = workers
    self.commits = commits.sorted { $0.returned < $1.returned }
    self.sights = sights.sorted { $0.asked < $1.asked }
    self.faultEnd = faultEnd
  }

  /// Records what breaks a promise.
  ///
  /// - Parameter isUndisturbed: whether a worker was never stopped nor killed itself, so that it had no reason to be late.
  func check(_ isUndisturbed: (Int) -> Bool) {
    let late = sights.filter { isUndisturbed($0.worker) && $0.answered - $0.asked > Self.patience }
    report(late.map(describe), "took longer than \(Self.patience)")
    report(failures, "answered with something else than 200")
    report(outdated, "fresh, but older than a change that was published before")
    report(backwards, "of an older version than an answer that the same worker gave before")
    report(contradictions, "another content than an answer of the same version")
  }

  private func report(_ sights: [String], _ what: Comment) {
    #expect(
      sights.isEmpty, "\(sights.count) answers: \(what); the first: \(sights.prefix(4).joined(separator: "\n  "))")
  }

  private func describe(_ sight: Sight) -> String {
    "\(at(sight.asked)) … \(at(sight.answered)) worker \(sight.worker) (\(workers[sight.worker])) \(sight.target) "
      + "status \(sight.status) \(sight.isFresh ? "fresh" : "stale") \(sight.version) number "
      + (sight.number.map(String.init) ?? "-") + (sight.failure.map { " \($0)" } ?? "")
  }

  /// A moment, counted from the end of the faults.
  private func at(_ instant: ContinuousClock.Instant) -> String {
    "\(Int((instant - faultEnd) / .milliseconds(1))) ms"
  }

  // MARK: Promises

  /// Answers that are none.
  var failures: [String] { sights.filter { $0.status != 200 }.map(describe) }

  /// When every fresh answer of a worker has to show a change.
  private func deadline(_ commit: Commit, _ coherence: Coherence) -> ContinuousClock.Instant {
    coherence == .strict && commit.change.isTold ? commit.returned : commit.returned + Self.bound + Self.slack
  }

  /// Answers marked fresh that lack a change which they had to show.
  var outdated: [String] {
    var found: [String] = []
    for coherence in Set(workers) {
      let due = commits.map { (commit: $0, at: deadline($0, coherence)) }.sorted { $0.at < $1.at }
      var next = 0
      var numbers: [Probe: Commit] = [:]
      var newest: Commit?
      for sight in sights where workers[sight.worker] == coherence && sight.status == 200 && sight.isFresh {
        while next < due.count, due[next].at < sight.asked {
          let commit = due[next].commit
          if commit.number > numbers[commit.probe]?.number ?? 0 { numbers[commit.probe] = commit }
          if let sum = commit.change.sum, sum > newest?.change.sum ?? 0 { newest = commit }
          next += 1
        }
        let wanted = sight.probe.flatMap { numbers[$0] }
        if let wanted, sight.number ?? 0 < wanted.number {
          found.append("\(describe(sight)); wanted \(describe(wanted))")
        } else if let newest, let sum = newest.change.sum, sight.sum ?? 0 < sum {
          found.append("\(describe(sight)); wanted the sum \(sum) of \(describe(newest))")
        }
      }
    }
    return found
  }

  private func describe(_ commit: Commit) -> String {
    "number \(commit.number) of \(commit.probe), \(commit.change.isTold ? "told" : "not told") at \(at(commit.returned))"
  }

  /// Answers of a worker that was asked after it had answered with a later version.
  var backwards: [String] {
    var found: [String] = []
    for worker in workers.indices {
      let answers = sights.filter { $0.worker == worker && $0.status == 200 }
      let byEnd = answers.sorted { $0.answered < $1.answered }
      var next = 0
      var highest: Sight?
      for sight in answers {
        while next < byEnd.count, byEnd[next].answered < sight.asked {
          if byEnd[next].sum ?? 0 > highest?.sum ?? 0 { highest = byEnd[next] }
          next += 1
        }
        if let highest, sight.sum ?? 0 < highest.sum ?? 0 {
          found.append("\(describe(sight)) after \(describe(highest))")
        }
      }
    }
    return found
  }

  /// Answers of one version that differ, from whichever workers.
  var contradictions: [String] {
    struct Content: Hashable {
      let version: String
      let target: String
    }
    var found: [String] = []
    var bodies: [Content: Sight] = [:]
    var numbers: [Content: Sight] = [:]
    for sight in sights where sight.status == 200 {
      let body = bodies[Content(version: sight.version, target: sight.target), default: sight]
      bodies[Content(version: sight.version, target: sight.target)] = body
      if body.bodyHash != sight.bodyHash { found.append("\(describe(sight)) and \(describe(body))") }
      guard let probe = sight.probe else { continue }
      let number = numbers[Content(version: sight.version, target: probe.rawValue), default: sight]
      numbers[Content(version: sight.version, target: probe.rawValue)] = number
      if number.number != sight.number { found.append("\(describe(sight)) and \(describe(number))") }
    }
    return found
  }

  // MARK: Measures

  /// The longest time between the return of a change and an answer without it.
  ///
  /// - Parameter isFresh: of answers with this mark only.
  func longestStaleness(isFresh: Bool) -> Duration {
    var longest = Duration.zero
    for probe in Probe.allCases {
      let returned = commits.filter { $0.probe == probe }.sorted { $0.number < $1.number }.map(\.returned)
      for sight in sights where sight.probe == probe && sight.isFresh == isFresh {
        // The change after the one that it shows has this index.
        guard let number = sight.number, number < returned.count else { continue }
        longest = max(longest, sight.asked - returned[number])
      }
    }
    return longest
  }

  /// The longest time that an answer took, of the workers that were not stopped themselves.
  func longestWait(of isCounted: (Int) -> Bool) -> Duration {
    sights.filter { isCounted($0.worker) }.map { $0.answered - $0.asked }.max() ?? .zero
  }

  /// The time after the faults until all workers have served, as fresh, everything committed during the faults.
  ///
  /// - Returns: nil when one never did.
  func recoveryTime(of isCounted: (Int) -> Bool) -> Duration? {
    var wanted: [Probe: Int] = [:]
    for commit in commits where commit.returned < faultEnd { wanted[commit.probe] = commit.number }
    var longest = Duration.zero
    for worker in workers.indices where isCounted(worker) {
      for (probe, number) in wanted {
        let first = sights.first {
          $0.worker == worker && $0.probe == probe && $0.isFresh && $0.asked >= faultEnd && $0.number ?? 0 >= number
        }
        guard let first else { return nil }
        longest = max(longest, first.answered - faultEnd)
      }
    }
    return longest
  }
}
