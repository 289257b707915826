import ArgumentParser
import Catalog
import CatalogSync
import Foundation

struct Webhooks: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Try receivers of notifications, and show what they have got.",
    discussion: """
      A server tells the addresses in MODEL_WEBHOOK_URLS of every change, with messages that are signed with \
      MODEL_WEBHOOK_SECRET as the Standard Webhooks specification says: see docs/webhooks.md.
      """,
    subcommands: [WebhooksStatus.self, WebhooksTest.self], defaultSubcommand: WebhooksStatus.self)
}

struct WebhooksStatus: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show how far each receiver has got. Nothing is sent.")

  @OptionGroup var options: CatalogOptions

  func run() async throws {
    let settings = try options.webhookSettings()
    let statuses = try await options.withStore(loadsSnapshot: false) { store in
      try await WebhookStatus.all(of: settings.receivers, in: store)
    }
    if options.json { Output.raw(try WebhookStatus.document(of: statuses)) } else { printTable(statuses) }
  }

  private func printTable(_ statuses: [WebhookStatus]) {
    var table = Table("receiver", "state", ">has", ">of", "last success", ">failures", "again", "failure")
    let now = Int(Date().timeIntervalSince1970)
    for status in statuses {
      let record = status.record
      table.add(
        status.name, status.state.rawValue + (status.isConfigured ? "" : ", not configured"),
        record.map { String($0.cursor) } ?? "-", String(status.end),
        record?.deliveredAt.flatMap(CatalogTime.text).map { String($0.prefix(19)) } ?? "never",
        String(record?.failures ?? 0), record?.retryAt.map { "in \(max(0, $0 - now)) s" } ?? "-",
        record?.failure ?? "-")
    }
    table.print()
    if statuses.isEmpty { Output.line("Nobody is told of changes: MODEL_WEBHOOK_URLS is not set.") }
  }
}

struct WebhooksTest: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Send every receiver a signed message that says nothing, and show what comes back.",
    discussion: "Ends with code 1 when one of them does not take it. What they have got stays as it is.")

  @OptionGroup var options: CatalogOptions

  private struct Answer {
    let receiver: WebhookReceiver
    let outcome: WebhookOutcome
    let milliseconds: Int
  }

  func run() async throws {
    let settings = try options.webhookSettings()
    guard let secret = settings.secret, !settings.receivers.isEmpty else {
      throw CommandFailure("there is nobody to send a message to: set MODEL_WEBHOOK_URLS and MODEL_WEBHOOK_SECRET")
    }
    let answers = try await WebhookWiring.withTransport(secret) { transport in
      try await Self.answers(of: settings.receivers, transport)
    }
    if options.json { printJSON(answers) } else { printTable(answers) }
    if answers.contains(where: { !$0.outcome.isAccepted }) { throw ExitCode.failure }
  }

  private static func answers(of receivers: [WebhookReceiver], _ transport: WebhookTransport) async throws -> [Answer] {
    var answers: [Answer] = []
    for receiver in receivers {
      let start = ContinuousClock.now
      let outcome = try await transport.sendTest(to: receiver)
      let time = ContinuousClock.now - start
      answers.append(Answer(receiver: receiver, outcome: outcome, milliseconds: Int(time / .milliseconds(1))))
    }
    return answers
  }

  private func printTable(_ answers: [Answer]) {
    var table = Table("receiver", "taken", ">status", ">ms", "answer")
    for answer in answers {
      table.add(
        answer.receiver.name, answer.outcome.isAccepted ? "yes" : "no", answer.outcome.status.map(String.init) ?? "-",
        String(answer.milliseconds), answer.outcome.text)
    }
    table.print()
  }

  private func printJSON(_ answers: [Answer]) {
    Output.json { json in
      json.name("receivers")
      json.array { json in
        for answer in answers {
          json.object { json in
            json.member("name", answer.receiver.name)
            json.member("taken", answer.outcome.isAccepted)
            json.member("status", answer.outcome.status.map { Int($0) })
            json.member("milliseconds", answer.milliseconds)
            json.member("answer", answer.outcome.text)
          }
        }
      }
    }
  }
}

extension WebhookOutcome {
  fileprivate var isAccepted: Bool { if case .accepted = self { true } else { false } }

  /// The status of the answer; nil where none came.
  fileprivate var status: UInt? {
    switch self {
    case .accepted(let status, _), .refused(let status, _, _): status
    case .gone: 410
    case .failed: nil
    }
  }

  /// What came back, or why nothing did.
  fileprivate var text: String {
    switch self {
    case .accepted(_, let text), .refused(_, let text, _), .gone(let text): text
    case .failed(let reason): reason
    }
  }
}
