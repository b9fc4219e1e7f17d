# llama.cpp (MIT), the engine of the embedded model. What the rest of the build sees of it:
#
#   yk_llama_options  always: defines YAKAN_HAVE_LLAMA as 1 or 0
#   yk_llama_cpp      when it is 1: llama.h, ggml.h, gguf.h and their libraries
#   yk_llama_chat     when it is 1: the renderer of chat templates out of llama.cpp's folder common/ (jinja/, json.h)
#
# Its source is -DYAKAN_LLAMA_SOURCE=dir, else what ./setup put into the cache. An installed llama.cpp is taken instead of
# compiling one, but for the renderer, which is not part of it. GPUs by ggml's own options: -DGGML_VULKAN=ON,
# -DGGML_HIP=ON, -DGGML_CUDA=ON (presets vulkan, hip, cuda).
set(YAKAN_LLAMA AUTO CACHE STRING "Build the embedded model: ON, OFF, or AUTO, which is ON where llama.cpp is found")
set_property(CACHE YAKAN_LLAMA PROPERTY STRINGS AUTO ON OFF)
set(YAKAN_LLAMA_SOURCE "" CACHE PATH "A source tree of llama.cpp to build with")

set(yk_llama_source "")
if(YAKAN_LLAMA)
  foreach(dir ${YAKAN_LLAMA_SOURCE} ${CMAKE_SOURCE_DIR}/.cache/llama $ENV{YAKAN_CACHE}/llama)
    if(NOT yk_llama_source AND EXISTS ${dir}/include/llama.h AND EXISTS ${dir}/common/jinja/runtime.h)
      set(yk_llama_source ${dir})
    endif()
  endforeach()
  if(YAKAN_LLAMA_SOURCE AND NOT yk_llama_source STREQUAL YAKAN_LLAMA_SOURCE)
    message(FATAL_ERROR "YAKAN_LLAMA_SOURCE: ${YAKAN_LLAMA_SOURCE} is not a source tree of llama.cpp (v0.5.0 is wanted).")
  elseif(NOT yk_llama_source AND NOT YAKAN_LLAMA STREQUAL "AUTO")
    message(FATAL_ERROR "YAKAN_LLAMA is ON and the source of llama.cpp was not found. Run ./setup, which puts it into "
            ".cache/llama, or name a source tree by -DYAKAN_LLAMA_SOURCE=dir. -DYAKAN_LLAMA=OFF builds without.")
  elseif(NOT yk_llama_source)
    message(STATUS "llama.cpp was not found: the embedded model is left out (./setup fetches it)")
  endif()
endif()

add_library(yk_llama_options INTERFACE)
if(yk_llama_source)
  if(NOT YAKAN_LLAMA_SOURCE)
    find_package(llama 0.5 CONFIG QUIET)
  endif()
  add_subdirectory(${CMAKE_SOURCE_DIR}/cmake/llama ${CMAKE_BINARY_DIR}/llama EXCLUDE_FROM_ALL SYSTEM)
  target_compile_definitions(yk_llama_options INTERFACE YAKAN_HAVE_LLAMA=1)
else()
  target_compile_definitions(yk_llama_options INTERFACE YAKAN_HAVE_LLAMA=0)
endif()
