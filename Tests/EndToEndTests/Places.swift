import Foundation

/// Where things are, found from this file.
enum Places {
  /// The root of the repository.
  static let repository = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The program under test: that of the debug build unless `MODELCATALOG_BINARY` names another.
  static var program: URL {
    if let path = ProcessInfo.processInfo.environment["MODELCATALOG_BINARY"] { return URL(filePath: path) }
    return repository.appending(path: ".build/debug/modelcatalog")
  }

  /// A file beside this one, such as a script.
  static func script(_ name: String) -> String {
    repository.appending(path: "Tests/EndToEndTests/\(name)").path
  }

  /// A recorded provider body.
  static func recorded(_ name: String) -> String { data.appending(path: "recorded/\(name).json").path }

  /// Bodies of one list on several days, by day.
  static func history() throws -> [(day: String, path: String)] {
    let directory = data.appending(path: "openrouter-history")
    return try FileManager.default.contentsOfDirectory(atPath: directory.path).filter { $0.hasSuffix(".json") }.sorted()
      .map { (day: String($0.dropLast(".json".count)), path: directory.appending(path: $0).path) }
  }

  private static let data = repository.deletingLastPathComponent().appending(path: "shared/data")

  /// Whether the recorded bodies are there.
  static let hasData = FileManager.default.fileExists(atPath: data.path)

  /// The Python of the virtual environment that `scripts/python-env.sh` makes.
  static let venvPython = repository.appending(path: ".build/test-venv/bin/python")
  /// Whether it is there.
  static let hasVenv = FileManager.default.isExecutableFile(atPath: venvPython.path)
  /// Whether there is a browser that scripts can steer.
  static let hasBrowser = ["chromium", "chromedriver"].allSatisfy {
    FileManager.default.isExecutableFile(atPath: "/usr/bin/\($0)")
  }
}
