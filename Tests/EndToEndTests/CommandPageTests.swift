import Foundation
import Testing

/// The page about the command line, and every other page that names a command.
@Suite struct CommandPageTests {
  /// A command as the program describes itself.
  private struct Command: Decodable {
    struct Argument: Decodable {
      struct Name: Decodable {
        let kind: String
        let name: String
      }

      let shouldDisplay: Bool
      let names: [Name]?
    }

    let commandName: String
    let subcommands: [Command]?
    let defaultSubcommand: String?
    let arguments: [Argument]?

    /// What can be asked for below it.
    var children: [Command] { (subcommands ?? []).filter { $0.commandName != "help" } }

    /// The long names of its options.
    var options: [String] {
      (arguments ?? []).filter(\.shouldDisplay).flatMap { $0.names ?? [] }.filter { $0.kind == "long" }.map {
        "--\($0.name)"
      }
    }

    /// All commands below it, with their words.
    func all(after words: [String] = []) -> [(words: [String], command: Command)] {
      children.flatMap { child in
        let path = words + [child.commandName]
        return [(words: path, command: child)] + child.all(after: path)
      }
    }

    /// Whether words name a command; behind one without subcommands, or with one that is meant where none is named,
    /// anything may follow.
    func understands(_ words: some Collection<String>) -> Bool {
      guard let word = words.first, !children.isEmpty else { return true }
      guard let child = children.first(where: { $0.commandName == word }) else {
        return defaultSubcommand != nil || word == "help"
      }
      return child.understands(words.dropFirst())
    }
  }

  private static func program() async throws -> Command {
    struct Answer: Decodable { let command: Command }
    return try await withSandbox { sandbox in
      let result = try await sandbox.run(["--experimental-dump-help"])
      try #require(result.exitCode == 0)
      return try JSONDecoder().decode(Answer.self, from: result.output).command
    }
  }

  @Test("has a section for each command, with each of its options, and no other")
  func sections() async throws {
    let page = try String(contentsOf: Places.repository.appending(path: "docs/cli.md"), encoding: .utf8)
    let parts = page.split(separator: #/(?m)^##+ /#).map(String.init)
    let sections = Dictionary(
      parts.dropFirst().map { part in (String(part.prefix { $0 != "\n" }), part) }, uniquingKeysWith: +)
    let commands = try await Self.program().all()
    let titles = commands.map { "`modelcatalog \($0.words.joined(separator: " "))`" }
    #expect(Set(sections.keys) == Set(titles))
    for (title, command) in zip(titles, commands.map(\.command)) {
      let section = try #require(sections[title])
      for option in command.options {
        #expect(section.contains("`\(option)") || parts[0].contains("`\(option)"), "\(title): \(option)")
      }
      // A command that does something shows what it says.
      #expect(!command.children.isEmpty || section.contains("\n$ "), "\(title) has no example")
    }
  }

  @Test("every page names only commands that there are")
  func names() async throws {
    let program = try await Self.program()
    var count = 0
    for page in try Self.pages() {
      for words in Self.commands(in: try String(contentsOf: page, encoding: .utf8)) {
        count += 1
        #expect(program.understands(words), "\(page.lastPathComponent): modelcatalog \(words.joined(separator: " "))")
      }
    }
    #expect(count > 100)
    #expect(!program.understands(["cache", "explode"]))
    #expect(!program.understands(["model"]))
  }

  private static func pages() throws -> [URL] {
    let pages = try ["docs", "docs/runbooks"].flatMap { folder in
      try FileManager.default.contentsOfDirectory(
        at: Places.repository.appending(path: folder), includingPropertiesForKeys: nil)
    }
    let others = ["README.md", "CONTRIBUTING.md", "deploy/README.md"].map { Places.repository.appending(path: $0) }
    return pages.filter { $0.pathExtension == "md" } + others
  }

  /// The words behind each `modelcatalog` that begins a command in code.
  private static func commands(in text: String) -> [[String]] {
    text.matches(of: #/(?m)(?:^|[`"$\/]|\$ | [|;] ?|[A-Z_]=\S* )modelcatalog((?: [a-z][a-z-]*)+)/#).map { match in
      match.output.1.split(separator: " ").map(String.init)
    }
  }
}
