import ArgumentParser
import Foundation
import TestSupport

/// Serves recorded provider bodies on loopback, so that a sync can be tried without the internet and with every fault.
@main
struct Replay: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Serve recorded model lists as their providers do.",
    discussion: """
      Start it, then run "modelcatalog sync" with MODEL_SYNC_BASE_URL set to the address that it prints. Each file SLUG.json \
      of the directory answers every request below /SLUG/.

      FAULT is one of: \(faults.map(\.name).sorted().joined(separator: ", ")).
      """)

  @Argument(help: "Directory with recorded bodies.")
  var directory: String

  @Option(name: .long, help: "Port to listen on; 0 picks a free one.")
  var port = 9100

  @Option(name: .long, help: ArgumentHelp("A fault, as SLUG=FAULT; may be given several times.", valueName: "fault"))
  var fault: [String] = []

  private static let faults: [(name: String, fault: ReplayServer.Fault)] = [
    ("slow", .slow(bytes: 65_536, milliseconds: 200)), ("hang", .hang), ("cut", .cut(afterBytes: 500)),
    ("unauthorized", .status(401, retryAfter: nil)), ("busy", .status(429, retryAfter: 1)),
    ("broken", .status(500, retryAfter: nil)), ("page", .contentType("text/html")), ("truncated", .truncated),
    ("empty", .emptyList), ("error", .errorBody), ("large", .padded(bytes: 50 << 20)),
  ]

  func run() async throws {
    let server = try await ReplayServer(port: port)
    let slugs = try server.serveRecorded(in: URL(filePath: directory))
    for text in fault {
      let parts = text.split(separator: "=")
      guard parts.count == 2, let known = Self.faults.first(where: { $0.name == parts[1] }) else {
        throw ValidationError("\"\(text)\" is no fault such as openrouter=cut")
      }
      server.fail(String(parts[0]), known.fault)
    }
    let text = "MODEL_SYNC_BASE_URL=\(server.url)\nserving \(slugs.count) providers: \(slugs.joined(separator: " "))\n"
    // Not buffered: whoever started this waits for the address.
    FileHandle.standardOutput.write(Data(text.utf8))
    while true { try await Task.sleep(for: .seconds(3_600)) }
  }
}
