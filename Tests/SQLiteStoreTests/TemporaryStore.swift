import Foundation
import SQLiteStore
import TestSupport

/// Runs a test with the path of a file in a directory of its own, which is removed afterwards.
func withTemporaryPath<Result>(_ body: (String) async throws -> Result) async throws -> Result {
  let directory = FileManager.default.temporaryDirectory.appending(path: "catalog-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  do {
    let result = try await body(directory.appending(path: "catalog.sqlite").path)
    try FileManager.default.removeItem(at: directory)
    return result
  } catch {
    try FileManager.default.removeItem(at: directory)
    throw error
  }
}

/// Runs a test with a new store and the path of its file.
func withTemporaryStore<Result>(_ body: (SQLiteStore, String) async throws -> Result) async throws -> Result {
  try await withTemporaryPath { path in
    let store = try await SQLiteStore(path: path)
    let result = try await body(store, path)
    try await store.close()
    return result
  }
}

/// The real `sqlite3` shell, as an operator would use it on the file.
enum Shell {
  /// Where it is; nil where it is not installed.
  static let path = ["/usr/bin/sqlite3", "/usr/local/bin/sqlite3", "/opt/homebrew/bin/sqlite3"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  /// What the shell said and whether it succeeded.
  struct Output {
    let text: String
    let succeeded: Bool
  }

  /// Runs SQL in a process of its own.
  static func run(_ sql: String, _ database: String) throws -> Output {
    let result = try Program.run(path ?? "/usr/bin/sqlite3", ["-bail", database, sql])
    return Output(text: result.text, succeeded: result.status == 0)
  }
}
