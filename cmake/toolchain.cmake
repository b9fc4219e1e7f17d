# Warnings, sanitizers, compiler cache: what every target of the project is built with.
find_program(YAKAN_CCACHE ccache)
if(YAKAN_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      ${YAKAN_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CMAKE_CXX_COMPILER_LAUNCHER})  # for llama.cpp; no source of ours is C
endif()

find_package(Threads REQUIRED)

add_library(yk_options INTERFACE)
target_compile_options(yk_options INTERFACE -Wall -Wextra -Wpedantic -Werror=unused-result -Werror=return-type
                       -Wnon-virtual-dtor -Woverloaded-virtual -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  target_compile_options(yk_options INTERFACE -Wthread-safety -Werror=thread-safety)
endif()
target_include_directories(yk_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_link_libraries(yk_options INTERFACE Threads::Threads)
target_compile_definitions(yk_options INTERFACE YAKAN_VERSION="${PROJECT_VERSION}")

if(YAKAN_SANITIZE)
  target_compile_options(yk_options INTERFACE -fsanitize=${YAKAN_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(yk_options INTERFACE -fsanitize=${YAKAN_SANITIZE})
endif()
if(YAKAN_FUZZ)
  target_compile_options(yk_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
